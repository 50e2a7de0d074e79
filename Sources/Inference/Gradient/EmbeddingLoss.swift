internal import Kernels

/// `weight |output - target|^2 / |target|^2` of a network's answer, and its derivative by the answer.
struct EmbeddingLoss: Operator {
    let weight: Float

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let (output, target) = (try operands.float(0, "output"), try operands.float(1, "target"))
        guard output.type.count == target.type.count else {
            throw Refusal("target", "shape \(target.shape) where the network answers \(output.shape)")
        }
        let (count, copy) = (output.type.count, self)
        return PlannedStep(outputs: [output.type, TensorType(.float32, [1])]) { context in
            let loss = copy.run(context.floats(0), context.floats(1), count, derivative: context.output(0))
            context.output(1).pointee = Float(loss)
        }
    }

    private func run(
        _ output: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ count: Int,
        derivative: UnsafeMutablePointer<Float>
    ) -> Double {
        let length = (0..<count).reduce(0.0) { $0 + Double(target[$1]) * Double(target[$1]) }
        let factor = Double(weight) / length
        // By its terms, which differ little near the target.
        var distance = 0.0
        for index in 0..<count {
            let difference = Double(output[index]) - Double(target[index])
            derivative[index] = Float(2 * factor * difference)
            distance += difference * difference
        }
        return factor * distance
    }
}
