internal import Kernels

/// An image times a number for each of its channels, or plus one: squeeze-and-excitation ends in it. What is
/// added to the result and the activation behind it are done on the way.
struct Gate: FusableStep {
    private let operation: BinaryOperation
    private let type: TensorType
    /// The operand that is the image, 0 or 1.
    private let image: Int
    /// Whether every image of a batch has numbers of its own.
    private let isPerImage: Bool
    /// The kernel over planes.
    private let planes: Binary.Body

    /// nil where neither operand is an image whose channels have a number each in the other.
    init?(
        _ operation: BinaryOperation, _ a: TensorType, _ b: TensorType, _ output: TensorType,
        planes: @escaping Binary.Body
    ) {
        guard operation == .add || operation == .multiply, output.elementType == .float32 else { return nil }
        func isGate(_ gate: [Int], of image: [Int]) -> Bool {
            image.count == 4 && image == output.shape && gate.count == 4 && gate[1] == image[1]
                && (gate[0] == image[0] || gate[0] == 1) && gate[2] == 1 && gate[3] == 1
        }
        if isGate(b.shape, of: a.shape) {
            image = 0
        } else if isGate(a.shape, of: b.shape) {
            image = 1
        } else {
            return nil
        }
        (self.operation, type, self.planes) = (operation, output, planes)
        isPerImage = [a, b][1 - image].shape[0] == output.shape[0]
    }

    var takesResidual: Bool { true }

    func takes(_ activation: Activation) -> Bool { !activation.isPerChannel }

    func fused(activation: Activation, residualInput: Int?) -> PlannedStep {
        var step = PlannedStep(type, inPlace: [image]) { [planes, type] context throws(KernelError) in
            try planes(context.input(0), context.input(1), context.rawOutput(), context.pool)
            guard activation != .none || residualInput != nil else { return }
            let result = context.output()
            Elementwise.apply(
                activation, result, adding: residualInput.map { context.floats($0) }, result,
                count: type.count, pool: context.pool)
        }
        step.fusable = self
        step.overBlocks = { overBlocks(activation, residualInput) }
        return step
    }

    private func overBlocks(_ activation: Activation, _ residualInput: Int?) -> PlannedStep {
        let affine = ChannelAffine(shape: type.shape, isPerImage: isPerImage, activation: activation)
        let blocks = Set([0, 1]).union(residualInput.map { [$0] } ?? [])
        return PlannedStep(blocks: blocks, type, inPlace: [image]) { [operation, image] context in
            let numbers = context.floats(1 - image)
            affine.run(
                input: context.floats(image), scale: operation == .multiply ? numbers : nil,
                shift: operation == .add ? numbers : nil,
                residual: residualInput.map { context.floats($0) }, output: context.output(),
                pool: context.pool)
        }
    }
}
