import Faces
import Imaging
import Kernels
import Testing

@Suite struct PixelEncodingTests {
    private let image = Image(width: 2, height: 1, pixels: [10, 20, 30, 40, 50, 60])

    @Test func `planes follow each other in the network's order`() {
        let mean: [Float] = [1, 2, 3], deviation: [Float] = [1, 2, 4]
        let rgb = PixelEncoding(colorOrder: .rgb, mean: mean, deviation: deviation)
            .tensor([image], width: 2, height: 1, batch: 1)
        #expect(rgb.shape == [1, 3, 1, 2])
        #expect(rgb.floats == [9, 39, 9, 24, 6.75, 14.25])
        let bgr = PixelEncoding(colorOrder: .bgr, mean: mean, deviation: deviation)
            .tensor([image], width: 2, height: 1, batch: 1)
        #expect(bgr.floats == [29, 59, 9, 24, 1.75, 9.25])
    }

    @Test func `every byte is what the quotient makes of it, also where a product stands for it`() {
        let bytes = (0...255).map { UInt8($0) }
        let image = Image(width: 16, height: 16, pixels: bytes.flatMap { [$0, $0, $0] })
        let halves = RowSharing { rows, body in
            body(0..<rows / 2)
            body(rows / 2..<rows)
        }
        let deviations: [[Float]] = [[128, 0.5, 1], [127.5, 128, 58.395]]
        for deviation in deviations {
            let mean: [Float] = [127.5, 104, 0]
            let expected = (0..<3).flatMap { plane in
                bytes.map { (Float($0) - mean[plane]) / deviation[plane] }
            }
            let encoding = PixelEncoding(colorOrder: .rgb, mean: mean, deviation: deviation)
            #expect(encoding.tensor([image], width: 16, height: 16, batch: 1).floats == expected)
            let shared = encoding.tensor([image], width: 16, height: 16, batch: 1, sharing: halves)
            #expect(shared.floats == expected)
        }
    }

    @Test func `memory that is lent may be larger and need not be clean`() {
        let memory = AlignedBuffer(byteCount: 100)
        memory.floats.update(repeating: .nan, count: 25)
        let tensor = PixelEncoding(colorOrder: .rgb, mean: [0, 0, 0], deviation: [1, 1, 1])
            .tensor([image], width: 2, height: 1, batch: 2, in: memory)
        #expect(tensor.floats == [10, 40, 20, 50, 30, 60, 0, 0, 0, 0, 0, 0])
        #expect(tensor.withBytes { $0.baseAddress } == UnsafeRawPointer(memory.base))
    }

    @Test func `missing pictures of a fixed batch are zero`() {
        let tensor = PixelEncoding(colorOrder: .rgb, mean: [0, 0, 0], deviation: [1, 1, 1])
            .tensor([image], width: 2, height: 1, batch: 2)
        #expect(tensor.floats == [10, 40, 20, 50, 30, 60, 0, 0, 0, 0, 0, 0])
    }
}
