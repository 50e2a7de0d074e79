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

    @Test func `missing pictures of a fixed batch are zero`() {
        let tensor = PixelEncoding(colorOrder: .rgb, mean: [0, 0, 0], deviation: [1, 1, 1])
            .tensor([image], width: 2, height: 1, batch: 2)
        #expect(tensor.floats == [10, 40, 20, 50, 30, 60, 0, 0, 0, 0, 0, 0])
    }
}
