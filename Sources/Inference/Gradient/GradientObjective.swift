internal import Kernels

/// How far the network's answer is from what it should be.
package enum GradientObjective: Sendable, Hashable {
    /// `|output - target|^2 / |target|^2`: direction and length.
    case distance
    /// 1 less the cosine: the direction alone.
    case direction
}

/// The distance of an answer, and its derivative by the answer.
struct EmbeddingLoss: Operator {
    let objective: GradientObjective
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
        var (squares, targetSquares, product) = (0.0, 0.0, 0.0)
        for index in 0..<count {
            let (value, wanted) = (Double(output[index]), Double(target[index]))
            squares += value * value
            targetSquares += wanted * wanted
            product += value * wanted
        }
        switch objective {
        case .distance:
            let factor = 2 * Double(weight) / targetSquares
            for index in 0..<count {
                derivative[index] = Float(factor * Double(output[index] - target[index]))
            }
            // By its terms, which differ little near the target.
            let distance = (0..<count).reduce(0.0) { sum, index in
                let difference = Double(output[index]) - Double(target[index])
                return sum + difference * difference
            }
            return Double(weight) * distance / targetSquares
        case .direction:
            let (length, targetLength) = (squares.squareRoot(), targetSquares.squareRoot())
            let cosine = product / (length * targetLength)
            for index in 0..<count {
                let across = Double(target[index]) / targetLength - cosine * Double(output[index]) / length
                derivative[index] = Float(-Double(weight) * across / length)
            }
            return Double(weight) * (1 - cosine)
        }
    }
}
