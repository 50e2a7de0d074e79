import Kernels
import Testing

struct TensorTests {
    @Test func `elements come back as they went in`() {
        #expect(Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6]).floats == [1, 2, 3, 4, 5, 6])
        #expect(Tensor(shape: [3], int64s: [.min, 0, .max]).int64s == [.min, 0, .max])
        let bytes = Tensor(shape: [2], elementType: .float16, bytes: [1, 2, 3, 4])
        #expect(bytes.withBytes { Array($0) } == [1, 2, 3, 4])
    }

    @Test func `a scalar holds one element and an empty tensor none`() {
        #expect(Tensor(shape: [], floats: [7]).count == 1)
        let empty = Tensor(shape: [3, 0, 2], floats: [])
        #expect(empty.count == 0 && empty.floats.isEmpty && empty.byteCount == 0)
    }

    @Test func `memory is aligned to a cache line`() {
        for count in [0, 1, 17, 1_000] {
            let tensor = Tensor(
                shape: [count], elementType: .uint8, bytes: [UInt8](repeating: 1, count: count))
            #expect(tensor.withBytes { Int(bitPattern: $0.baseAddress!) % 64 } == 0)
        }
    }

    @Test func `a reshaped tensor shares the elements`() {
        let tensor = Tensor(shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
        let other = tensor.reshaped([3, 2])
        #expect(other.shape == [3, 2] && other.floats == tensor.floats)
        #expect(tensor.withBytes { $0.baseAddress } == other.withBytes { $0.baseAddress })
    }

    @Test func `shapes that are no size are told before anything is allocated`() {
        #expect(Tensor.byteCount(shape: [2, 3], elementType: .float64) == 48)
        #expect(Tensor.byteCount(shape: [], elementType: .int32) == 4)
        #expect(Tensor.byteCount(shape: [5, 0], elementType: .float32) == 0)
        #expect(Tensor.byteCount(shape: [-1, 2], elementType: .float32) == nil)
        #expect(Tensor.byteCount(shape: [1 << 40, 1 << 40], elementType: .uint8) == nil)
        #expect(Tensor.byteCount(shape: [1 << 62], elementType: .float32) == nil)
        #expect(Tensor.byteCount(shape: [0, 1 << 40, 1 << 40], elementType: .uint8) == nil)
    }
}
