import Imaging
import Testing

@Suite struct AveragingTests {
    @Test func `blocks become their rounded mean, the last ones are smaller`() {
        let image = Image(
            width: 3, height: 3,
            pixels: [0, 10, 90, 40, 51, 91, 7, 8, 9].flatMap { [UInt8($0), UInt8($0), 0] })
        let averaged = image.averaged(by: 2)
        #expect(averaged.width == 2 && averaged.height == 2)
        // (0 + 10 + 40 + 51) / 4 = 25.25, (90 + 91) / 2 = 90.5, (7 + 8) / 2 = 7.5, 9
        #expect(averaged.pixels == [25, 25, 0, 91, 91, 0, 8, 8, 0, 9, 9, 0])
    }

    @Test func `a factor of one changes nothing and one larger than the picture gives one pixel`() {
        let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 5, 6, 7])
        #expect(image.averaged(by: 1) == image)
        #expect(image.averaged(by: 64) == Image(width: 1, height: 1, pixels: [3, 4, 5]))
    }
}
