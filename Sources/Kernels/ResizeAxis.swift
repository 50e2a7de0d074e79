import Foundation

/// Which inputs, and how much of each, make up every output along one axis of a resize.
///
/// Coordinates are computed in float32, as ONNX Runtime does: at exact halves the rounding decides which
/// sample is the nearest.
struct ResizeAxis: Sendable {
    let input: Int
    let output: Int

    /// Inputs an output is made of: 1, 2 or 4.
    let taps: Int

    /// `output * taps` places, all inside the input.
    let indices: [Int]

    /// `output * taps` weights; none for nearest.
    let weights: [Float]

    /// Outputs that lie outside the input, where `tfCropAndResize` writes its own value.
    let outside: [Int]

    /// Whether the output is the input.
    let isIdentity: Bool

    init(input: Int, output: Int, scale: Float, region: (Float, Float), options: Resize.Options) {
        let places = (0..<output).map {
            ResizeAxis.place(
                of: Float($0), input: Float(input), output: Float(output), scale: scale, region: region,
                options.coordinates)
        }
        let last = Float(input - 1)
        let crops = options.coordinates == .tfCropAndResize
        outside = crops ? places.indices.filter { places[$0] < 0 || places[$0] > last } : []
        let samples = places.map { ResizeAxis.samples(at: $0, input: input, options) }
        self.input = input
        self.output = output
        taps = samples.first?.count ?? 1
        indices = samples.flatMap { $0.map(\.index) }
        weights = options.isNearest ? [] : samples.flatMap { $0.map(\.weight) }
        isIdentity = input == output && places.enumerated().allSatisfy { Float($0) == $1 }
    }

    /// The outputs that do not lie outside.
    var inside: [Int] {
        let outside = Set(outside)
        return (0..<output).filter { !outside.contains($0) }
    }

    /// Calls `body` with `indices` and `weights`, of which nearest has none. Traps where there are no
    /// outputs.
    func withTables(_ body: (UnsafePointer<Int>, UnsafePointer<Float>?) -> Void) {
        indices.withUnsafeBufferPointer { indices in
            guard let first = indices.baseAddress else { preconditionFailure("an axis without outputs") }
            weights.withUnsafeBufferPointer { body(first, $0.isEmpty ? nil : $0.baseAddress) }
        }
    }

    /// ONNX `coordinate_transformation_mode`: where output place `x` lies on the input's axis.
    private static func place(
        of x: Float, input: Float, output: Float, scale: Float, region: (Float, Float),
        _ coordinates: Resize.Coordinates
    ) -> Float {
        switch coordinates {
        case .asymmetric: return x / scale
        case .alignCorners:
            // With a scale that leaves a fraction of an element, the operator's own test data divide by the
            // extent before it was rounded down.
            let exact = scale * input
            let length = abs(exact - output) < 1e-3 ? output : exact
            return output == 1 || length <= 1 ? 0 : x * (input - 1) / (length - 1)
        case .halfPixel: return (x + 0.5) / scale - 0.5
        case .tfHalfPixelForNearest: return (x + 0.5) / scale
        case .pytorchHalfPixel: return output > 1 ? (x + 0.5) / scale - 0.5 : 0
        case .halfPixelSymmetric:
            let adjustment = output / (scale * input)
            return input / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
        case .tfCropAndResize:
            let (start, end) = region
            guard output > 1 else { return 0.5 * (start + end) * (input - 1) }
            return start * (input - 1) + x * (end - start) * (input - 1) / (output - 1)
        }
    }

    private static func samples(
        at place: Float, input: Int, _ options: Resize.Options
    ) -> [(index: Int, weight: Float)] {
        switch options.mode {
        case .nearest(let rounding):
            return [(clamped(rounded(place, rounding), input), 1)]
        case .linear:
            let inside = min(max(place, 0), Float(input - 1))
            let low = clamped(inside.rounded(.down), input)
            let part = inside - Float(low)
            // Two halves of the one that it falls on: its neighbour may be no number, and nothing of it is
            // wanted.
            guard part > 0, low + 1 < input else { return [(low, 0.5), (low, 0.5)] }
            return [(low, 1 - part), (low + 1, part)]
        case .cubic(let a):
            let low = place.rounded(.down)
            let weights = cubic(place - low, a)
            return tapered((0..<4).map { (low + Float($0 - 1), weights[$0]) }, input, options.excludesOutside)
        }
    }

    private static func rounded(_ place: Float, _ rounding: Resize.Rounding) -> Float {
        switch rounding {
        case .preferFloor: place - place.rounded(.down) == 0.5 ? place.rounded(.down) : place.rounded()
        case .preferCeil: place - place.rounded(.down) == 0.5 ? place.rounded(.up) : place.rounded()
        case .floor: place.rounded(.down)
        case .ceil: place.rounded(.up)
        }
    }

    /// Keys' cubic convolution at distances `1 + t`, `t`, `1 - t` and `2 - t`.
    private static func cubic(_ t: Float, _ a: Float) -> [Float] {
        func near(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }
        func far(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return [far(t + 1), near(t), near(1 - t), far(2 - t)]
    }

    /// Brings samples inside; those outside repeat the edge, or with `excludesOutside` weigh nothing.
    private static func tapered(
        _ samples: [(place: Float, weight: Float)], _ input: Int, _ excludesOutside: Bool
    ) -> [(index: Int, weight: Float)] {
        guard excludesOutside else { return samples.map { (clamped($0.place, input), $0.weight) } }
        let kept = samples.map { $0.place < 0 || $0.place > Float(input - 1) ? 0 : $0.weight }
        let sum = kept.reduce(0, +)
        return zip(samples, kept).map { (clamped($0.place, input), sum == 0 ? 0 : $1 / sum) }
    }

    /// The place as an index of the input; NaN and what is too large for an integer come inside as well.
    private static func clamped(_ place: Float, _ input: Int) -> Int {
        guard place > 0 else { return 0 }
        return place >= Float(input - 1) ? input - 1 : Int(place)
    }
}

extension Resize.Options {
    var isNearest: Bool {
        if case .nearest = mode { return true }
        return false
    }
}
