package import Inference
package import Kernels

/// A network with its gradient by the input, as the descent sees it; tests put one there whose gradient is
/// known.
package protocol NetworkGradient: Sendable {
    /// - Parameters:
    ///   - input: [1, 3, height, width], in the network's own encoding.
    ///   - target: [1, dimension], what the network should answer.
    func answer(to input: Tensor, target: Tensor) throws(InferenceError) -> NetworkAnswer
}

/// What a network answers to one picture, and which way its loss falls.
package struct NetworkAnswer: Sendable {
    /// The raw embedding.
    package let output: [Float]
    /// The derivative of the sum of both losses by the input, in the input's order.
    package let gradient: Tensor
    /// The weighted distance from the target.
    package let embeddingLoss: Float
    /// The weighted distance of the layers' statistics from those of faces.
    package let statisticsLoss: Float

    package init(output: [Float], gradient: Tensor, embeddingLoss: Float, statisticsLoss: Float) {
        self.output = output
        self.gradient = gradient
        self.embeddingLoss = embeddingLoss
        self.statisticsLoss = statisticsLoss
    }
}
