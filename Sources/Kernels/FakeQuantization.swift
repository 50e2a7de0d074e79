import CKernels

/// Numbers held between two bounds and rounded to the nearest multiple of a step, of two as near to the even
/// one: what ONNX's QuantizeLinear and the DequantizeLinear behind it make of them, to the last bit.
///
/// NaN becomes what the least byte stands for, as QuantizeLinear makes that byte of it, also where a bound
/// that stood before the rounding is higher.
package struct FakeQuantization: Sendable, Hashable {
    package let step, low, high: Float
    /// What NaN becomes.
    package let none: Float

    /// What quantising to whole numbers of `type`, int8 or uint8, and back does. nil for scales with which
    /// the kernels' way to divide rounds otherwise: those that are no normal number over zero, or whose
    /// inverse or largest multiple is none.
    package init?(scale: Float, zeroPoint: Int, type: ElementType) {
        guard let range = LinearQuantization.range(of: type), range.contains(zeroPoint),
            (0x1p-100...0x1p100).contains(scale)
        else { return nil }
        step = scale
        low = Float(range.lowerBound - zeroPoint) * scale
        high = Float(range.upperBound - zeroPoint) * scale
        none = low
    }

    private init(step: Float, low: Float, high: Float, none: Float) {
        (self.step, self.low, self.high, self.none) = (step, low, high, none)
    }

    private func held(_ bound: Float) -> Float { min(max(bound, low), high) }

    /// The same of what has been held between these bounds before.
    func behindClip(low: Float, high: Float) -> FakeQuantization {
        FakeQuantization(step: step, low: held(low), high: held(high), none: none)
    }
}

extension Activation {
    /// This and the rounding behind it as one; nil where this ends in a rounding already, or has a bound that
    /// is NaN.
    package func quantized(_ rounding: FakeQuantization) -> Activation? {
        switch self {
        case .quantized: return nil
        case .relu: return .quantized(.none, rounding.behindClip(low: 0, high: .infinity))
        case .clip(let low, let high):
            guard !low.isNaN, !high.isNaN else { return nil }
            return .quantized(.none, rounding.behindClip(low: low, high: high))
        default: return .quantized(self, rounding)
        }
    }

    /// The function without the rounding at its end.
    package var base: Activation { if case .quantized(let base, _) = self { base } else { self } }

    /// The rounding at its end.
    package var rounding: FakeQuantization? {
        if case .quantized(_, let rounding) = self { rounding } else { nil }
    }
}

extension ck_grid {
    /// The C form; nil is none.
    init(_ rounding: FakeQuantization?) {
        self.init(
            step: rounding?.step ?? 0, inverse: rounding.map { 1 / $0.step } ?? 0, low: rounding?.low ?? 0,
            high: rounding?.high ?? 0, none: rounding?.none ?? 0)
    }
}
