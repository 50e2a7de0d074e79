import Foundation

/// Weights of a pointwise convolution for Strassen's algorithm (`strassen.h`):
/// `[pairs of output blocks][7][input blocks / 2][16][16]`, and the powers of two by which channels were
/// scaled first. Channels of both sides are whole blocks and even in number.
struct StrassenWeights: Sendable {
    let floats: AlignedBuffer
    /// Of every channel of the input's second half.
    let inputScale: AlignedBuffer
    /// Of every output channel.
    let outputScale: AlignedBuffer

    /// `weights` are `[outputs][inputs]`. Sums are made in double.
    init(inputs: Int, outputs: Int, _ weights: UnsafePointer<Float>) {
        let balance = Balance(inputs: inputs, outputs: outputs, weights)
        let (near, far, width) = (inputs / 2, outputs / 2, ChannelBlocks.width)
        inputScale = StrassenWeights.buffer(balance.inputExponents)
        outputScale = StrassenWeights.buffer(balance.outputExponents)
        let inputFactors = balance.inputExponents.map { scalbn(1.0, $0) }
        let outputDivisors = balance.outputExponents.map { scalbn(1.0, -$0) }
        floats = AlignedBuffer(byteCount: far * 7 * near * MemoryLayout<Float>.stride)
        let packed = floats.floats
        for output in 0..<far {
            let (first, second) = (weights + output * inputs, weights + (far + output) * inputs)
            let (divisor, farDivisor) = (outputDivisors[output], outputDivisors[far + output])
            let block = output / width * 7 * near * width + output % width
            for input in 0..<near {
                // The products with b and d themselves take those unscaled.
                let factor = inputFactors[input]
                let (w11, w12) = (Double(first[input]) * divisor, Double(second[input]) * farDivisor)
                let w21 = Double(first[near + input]) * divisor / factor
                let w22 = Double(second[near + input]) * farDivisor / factor
                let t2 = w22 - (w12 - w11)
                func put(_ part: Int, _ value: Double) {
                    packed[block + (part * near + input) * width] = Float(value)
                }
                put(0, w11)
                put(1, w21 * factor)
                put(2, t2)
                put(3, w22 - w12)
                put(4, (w21 - t2) * factor)
                put(5, w12 - w11)
                put(6, w22)
            }
        }
    }

    private static func buffer(_ exponents: [Int]) -> AlignedBuffer {
        let scales = exponents.map { scalbn(Float(1), $0) }
        return scales.withUnsafeBufferPointer { AlignedBuffer(copying: $0) }
    }

    /// Exponents that bring the largest weights of all output channels, and of the two input channels that
    /// meet in a sum, to about one size. Inputs are taken to be as large as their weights are small, as where
    /// a normalisation was folded.
    struct Balance {
        private(set) var outputExponents: [Int]
        private(set) var inputExponents: [Int]

        /// Larger ones would overflow float32 with a few more digits.
        private static let limit = 60

        init(inputs: Int, outputs: Int, _ weights: UnsafePointer<Float>) {
            let near = inputs / 2
            outputExponents = [Int](repeating: 0, count: outputs)
            inputExponents = [Int](repeating: 0, count: near)
            // The second round sees outputs whose largest weight the first has scaled.
            for _ in 0..<2 {
                let divisors = inputExponents.map { scalbn(1.0, -$0) }
                var largest = [Double](repeating: 0, count: inputs)
                for output in 0..<outputs {
                    let row = weights + output * inputs
                    func scaled(_ input: Int) -> Double {
                        abs(Double(row[input])) * (input < near ? 1 : divisors[input - near])
                    }
                    var top = 0.0
                    for input in 0..<inputs { top = max(top, scaled(input)) }
                    outputExponents[output] = Balance.exponent(top)
                    let divisor = scalbn(1.0, -outputExponents[output])
                    for input in 0..<inputs { largest[input] = max(largest[input], scaled(input) * divisor) }
                }
                for input in 0..<near {
                    let more = Balance.exponent(largest[near + input]) - Balance.exponent(largest[input])
                    let sum = inputExponents[input] + more
                    inputExponents[input] = max(-Balance.limit, min(sum, Balance.limit))
                }
            }
        }

        /// The least where there are no weights: then nothing of what is summed up with them is left.
        private static func exponent(_ value: Double) -> Int {
            if value == 0 { return -limit }
            guard value.isFinite else { return 0 }
            return max(-limit, min(Int(value.exponent), limit))
        }
    }
}
