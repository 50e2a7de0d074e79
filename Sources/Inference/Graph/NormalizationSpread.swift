internal import Kernels

/// How far the channels of a normalisation's input lie apart, and those of its output: what products of a
/// narrow precision lose when they read the one instead of the other.
///
/// Sizes are estimated from the statistics: three standard deviations around the mean, and what stands
/// outside the input.
struct NormalizationSpread {
    /// The largest number of the input, its border included, and of the output.
    private let largestInput: Float
    private let largestOutput: Float
    /// Root mean squares over the channels.
    private let usualInput: Float
    private let usualOutput: Float
    private let usualScale: Float
    private let largestScale: Float

    /// How much more rounding a fold may bring.
    private static let factor: Float = 2

    /// `constants` are the inputs 1 to 4 of ONNX `BatchNormalization`; nil where they are not of one size.
    init?(_ constants: [Int: Tensor], _ normalization: BatchNormalization) {
        guard let (gamma, beta) = constants[1].flatMap({ g in constants[2].map { (g.floats, $0.floats) } }),
            let (mean, variance) = constants[3].flatMap({ m in constants[4].map { (m.floats, $0.floats) } }),
            [gamma, beta, mean, variance].allSatisfy({ $0.count == normalization.scale.count }),
            !gamma.isEmpty
        else { return nil }
        let inputs = zip(mean, variance).map { abs($0) + 3 * max($1, 0).squareRoot() }
        let outputs = zip(gamma, beta).map { abs($1) + 3 * abs($0) }
        let border = zip(normalization.scale, normalization.shift).map { abs($1 / $0) }
        largestInput = max(inputs.max() ?? 0, border.max() ?? 0)
        largestOutput = outputs.max() ?? 0
        usualInput = NormalizationSpread.rootMeanSquare(inputs)
        usualOutput = NormalizationSpread.rootMeanSquare(outputs)
        usualScale = NormalizationSpread.rootMeanSquare(normalization.scale)
        largestScale = normalization.scale.lazy.map { abs($0) }.max() ?? 0
    }

    /// Whether products round no more than twice as much when weights take the scales and channels are read
    /// as they come.
    func allowsFolding(_ precision: Precision, largestWeight: @autoclosure () -> Float) -> Bool {
        switch precision {
        case .float32, .bfloat16:
            // Every number keeps its own digits.
            return true
        case .float16Weights:
            // Under 2^-14 binary16 counts in steps of 2^-24, where it has eleven digits of the large ones.
            return largestInput * 0x1p-13 <= NormalizationSpread.factor * largestWeight() * largestOutput
        case .int8:
            // All channels of a sum share a step of the input, all weights of an output one of the weights.
            return largestInput * usualScale <= NormalizationSpread.factor * largestOutput
                && largestScale * usualInput <= NormalizationSpread.factor * usualOutput
        }
    }

    private static func rootMeanSquare(_ values: [Float]) -> Float {
        (values.reduce(0) { $0 + $1 * $1 } / Float(max(values.count, 1))).squareRoot()
    }
}
