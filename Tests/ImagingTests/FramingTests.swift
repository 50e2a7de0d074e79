import Imaging
import Testing

@Suite struct FramingTests {
    private let image = Pattern.noise(6, 4)

    @Test func `borders surround the picture`() {
        let color = PixelColor(red: 1, green: 2, blue: 3)
        let padded = image.padded(left: 1, top: 2, right: 3, bottom: 4, color: color)
        #expect(padded.width == 10 && padded.height == 10)
        for y in 0..<10 {
            for x in 0..<10 {
                let isInside = (1..<7).contains(x) && (2..<6).contains(y)
                #expect(padded[x, y] == (isInside ? image[x - 1, y - 2] : color))
            }
        }
        #expect(image.padded() == image)
    }

    @Test func `a crop within keeps the pixels`() {
        let cropped = image.cropped(to: PixelRegion(x: 2, y: 1, width: 3, height: 2))
        for y in 0..<2 { for x in 0..<3 { #expect(cropped[x, y] == image[x + 2, y + 1]) } }
    }

    @Test func `a crop beyond the picture is filled`() {
        let white = Image(width: 2, height: 3, color: .white)
        for region in [(6, 0), (-2, 0), (0, 4), (0, -3), (Int.max - 5, 0)] {
            #expect(
                image.cropped(to: PixelRegion(x: region.0, y: region.1, width: 2, height: 3), color: .white)
                    == white)
        }
        let corner = image.cropped(to: PixelRegion(x: 5, y: 3, width: 2, height: 2))
        #expect(corner[0, 0] == image[5, 3] && corner[1, 0] == .black && corner[0, 1] == .black)
    }

    @Test func `regions are clipped without overflow`() {
        let all = PixelRegion(x: Int.min, y: -1, width: Int.max, height: Int.max)
        #expect(all.clipped(toWidth: 5, height: 5) == nil)
        let wide = PixelRegion(x: 2, y: 1, width: Int.max, height: Int.max)
        #expect(wide.clipped(toWidth: 5, height: 5) == PixelRegion(x: 2, y: 1, width: 3, height: 4))
    }
}
