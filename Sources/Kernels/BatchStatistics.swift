/// ONNX `BatchNormalization` by the mean and variance of the batch itself, as in training.
package struct BatchStatistics: Sendable {
    private let batch, channels, plane: Int
    private let epsilon: Float

    /// `[batch, channels, plane]`.
    package init(batch: Int, channels: Int, plane: Int, epsilon: Float) {
        (self.batch, self.channels, self.plane, self.epsilon) = (batch, channels, plane, epsilon)
    }

    /// Sums are in double. `found` is handed each channel's mean and variance; `output` may be the input.
    package func run(
        input: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>?,
        found: (_ channel: Int, _ mean: Double, _ variance: Double) -> Void
    ) {
        let count = Double(batch * plane)
        for channel in 0..<channels {
            let mean = sum(input, channel) { $0 } / count
            let variance = sum(input, channel) { ($0 - mean) * ($0 - mean) } / count
            found(channel, mean, variance)
            guard let output else { continue }
            let factor = Double(scale[channel]) / (variance + Double(epsilon)).squareRoot()
            for image in 0..<batch {
                let offset = (image * channels + channel) * plane
                for index in offset..<offset + plane {
                    output[index] = Float((Double(input[index]) - mean) * factor + Double(shift[channel]))
                }
            }
        }
    }

    private func sum(_ input: UnsafePointer<Float>, _ channel: Int, _ term: (Double) -> Double) -> Double {
        var sum = 0.0
        for image in 0..<batch {
            let offset = (image * channels + channel) * plane
            for index in offset..<offset + plane { sum += term(Double(input[index])) }
        }
        return sum
    }
}
