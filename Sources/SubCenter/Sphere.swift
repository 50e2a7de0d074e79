import Foundation

/// Arithmetic on unit vectors that gives the same bits whatever the thread or the block it is done in.
enum Sphere {
    /// The dot product of two vectors of the same length, summed in a fixed order.
    static func dot(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
        precondition(a.count == b.count, "vectors of different dimensions")
        guard let left = a.baseAddress, let right = b.baseAddress else { return 0 }
        var first = SIMD8<Float>.zero
        var second = SIMD8<Float>.zero
        var index = 0
        while index + 16 <= a.count {
            first += lanes(left + index) * lanes(right + index)
            second += lanes(left + index + 8) * lanes(right + index + 8)
            index += 16
        }
        var sum = (first + second).sum()
        while index < a.count {
            sum += left[index] * right[index]
            index += 1
        }
        return sum
    }

    static func dot(_ a: [Float], _ b: [Float]) -> Float {
        a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in dot(a, b) } }
    }

    /// The angle of two unit vectors whose dot product is `cosine`, degrees.
    static func degrees(cosine: Float) -> Double { acos(Double(min(1, max(-1, cosine)))) * 180 / .pi }

    /// The cosine of an angle in degrees.
    static func cosine(degrees: Double) -> Float { Float(cos(degrees * .pi / 180)) }

    /// `sum` scaled to length 1; nil when it has no direction.
    static func normalised(_ sum: [Float]) -> [Float]? {
        let length = sum.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 1e-6 else { return nil }
        return sum.map { Float(Double($0) / length) }
    }

    /// Adds `vector` to `sum`, number by number.
    static func add(_ vector: UnsafeBufferPointer<Float>, to sum: inout [Float]) {
        precondition(vector.count == sum.count, "vectors of different dimensions")
        for index in vector.indices { sum[index] += vector[index] }
    }

    private static func lanes(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
    }
}
