internal import Kernels
internal import ONNX

extension ElementType {
    /// The type of a file's elements in the engine, or nil where it has none.
    init?(_ type: DataType) {
        switch type {
        case .float32: self = .float32
        case .float64: self = .float64
        case .float16: self = .float16
        case .int64: self = .int64
        case .int32: self = .int32
        case .int8: self = .int8
        case .uint8: self = .uint8
        case .bool: self = .bool
        default: return nil
        }
    }
}

extension Tensor {
    /// The elements of a tensor in a file. Half precision is widened: the kernels compute in float32.
    init(_ value: TensorValue, attribute: String?) throws(Refusal) {
        if case .unreadable(let reason) = value.payload { throw Refusal(attribute, reason) }
        guard SizeLimit(maximumBytes: 16 << 30).bytes(.float64, value.shape) != nil else {
            throw Refusal(attribute, "shape \(value.shape) is too large")
        }
        switch value.dataType {
        case .float16, .bfloat16: self = Tensor.widened(value)
        default:
            guard let type = ElementType(value.dataType) else {
                throw Refusal(attribute, "element type \(value.dataType) is not supported")
            }
            self.init(shape: value.shape, elementType: type) { value.copyElements(to: $0) }
            if type == .bool { self = normalisedBools }
        }
    }

    private static func widened(_ value: TensorValue) -> Tensor {
        let halves = [UInt16](unsafeUninitializedCapacity: value.count) { buffer, count in
            value.copyElements(to: UnsafeMutableRawBufferPointer(buffer))
            count = value.count
        }
        let isBrain = value.dataType == .bfloat16
        return Tensor(shape: value.shape, elementType: .float32) { target in
            let floats = target.bindMemory(to: Float.self)
            for (index, bits) in halves.enumerated() {
                floats[index] = isBrain ? Float(bitPattern: UInt32(bits) << 16) : Tensor.float(half: bits)
            }
        }
    }

    /// IEEE 754 binary16 to binary32, by hand: `Float16` is not there on every platform that Swift runs on.
    private static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// Any byte but 0 is true; kernels may count on 0 and 1.
    private var normalisedBools: Tensor {
        Tensor(shape: shape, elementType: .bool) { target in
            withBytes { bytes in for index in bytes.indices { target[index] = bytes[index] == 0 ? 0 : 1 } }
        }
    }
}
