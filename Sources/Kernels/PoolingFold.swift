/// How a pool puts the elements of a window together, one after another; an instance does so for eight
/// windows side by side.
protocol PoolingFold {
    /// What a window of no elements gives.
    static var start: Float { get }

    static func combine(_ folded: Float, _ value: Float) -> Float

    init()

    /// The next element of each window.
    mutating func take(_ values: SIMD8<Float>)

    /// What `combine` makes of each window; nil where that has to be seen window by window.
    var result: SIMD8<Float>? { get }
}

/// The largest element; NaN comes out, wherever it stands.
struct LargestFold: PoolingFold {
    static var start: Float { -.infinity }

    private var largest = SIMD8<Float>(repeating: start)

    /// NaN is only looked for here, and left to `combine`: a maximum that lets it through takes twice as
    /// long.
    private var isNaN = SIMDMask<SIMD8<Int32>>(repeating: false)

    @inline(__always)
    static func combine(_ folded: Float, _ value: Float) -> Float {
        folded > value || folded.isNaN ? folded : value
    }

    @inline(__always)
    mutating func take(_ values: SIMD8<Float>) {
        isNaN .|= values .!= values
        largest = values.replacing(with: largest, where: largest .> values)
    }

    @inline(__always)
    var result: SIMD8<Float>? { any(isNaN) ? nil : largest }
}

struct SumFold: PoolingFold {
    static var start: Float { 0 }

    private var sum = SIMD8<Float>(repeating: start)

    @inline(__always)
    static func combine(_ folded: Float, _ value: Float) -> Float { folded + value }

    @inline(__always)
    mutating func take(_ values: SIMD8<Float>) { sum += values }

    @inline(__always)
    var result: SIMD8<Float>? { sum }
}
