internal import Kernels

/// QuantizeLinear and the DequantizeLinear behind it, of one scale that is known at load: floats stay floats,
/// rounded to what bytes can say.
struct FakeQuantize: Operator {
    let rounding: FakeQuantization

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        ActivationStep(type: try operands.float(0, "x").type, activation: .quantized(.none, rounding)).step
    }

    func activation(_ operands: Operands) -> Activation? { .quantized(.none, rounding) }
}

/// DynamicQuantizeLinear and the floats that its bytes stand for.
struct DynamicFakeQuantize: Operator {
    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let type = try operands.float(0, "x").type
        func step(_ rounding: DynamicRounding, blocks: Set<Int>?) -> PlannedStep {
            var step = PlannedStep(type, inPlace: [0]) { context in
                rounding.run(context.floats(0), context.output(), pool: context.pool)
            }
            step.blockedInputs = blocks
            return step
        }
        var planes = step(DynamicRounding(count: type.count), blocks: nil)
        guard type.shape.count == 4 else { return planes }
        let form = step(DynamicRounding(blocksOf: type.shape), blocks: [0])
        planes.overBlocks = { form }
        return planes
    }
}

/// A step that is an activation by itself, and can have a rounding at its end.
struct ActivationStep: FusableStep {
    let type: TensorType
    let activation: Activation

    var takesResidual: Bool { false }
    var isElementwise: Bool { true }

    func takes(_ next: Activation) -> Bool { activation.followed(by: next) != nil }

    var step: PlannedStep { fused(activation: .none, residualInput: nil) }

    func fused(activation next: Activation, residualInput: Int?) -> PlannedStep {
        let activation = activation.followed(by: next) ?? activation
        var step = PlannedStep(type, inPlace: [0]) { [type] context in
            Elementwise.apply(
                activation, context.floats(0), context.output(), count: type.count, pool: context.pool)
        }
        step.fusable = self
        // Activations leave the channels that fill the last block finite.
        guard type.shape.count == 4 else { return step }
        step.overBlocks = { [type] in
            let count = ChannelBlocks.shape(of: type.shape).reduce(1, *)
            return PlannedStep(blocks: [0], type, inPlace: [0]) { context in
                Elementwise.apply(
                    activation, context.floats(0), context.output(), count: count, pool: context.pool)
            }
        }
        return step
    }
}

extension Activation {
    /// This and the next one as one, where kernels know it.
    func followed(by next: Activation) -> Activation? {
        switch (self, next) {
        case (_, .none): self
        case (.none, _): next
        case (_, .quantized(.none, let rounding)): quantized(rounding)
        default: nil
        }
    }
}
