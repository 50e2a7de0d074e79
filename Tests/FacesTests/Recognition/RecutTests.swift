import Faces
import Imaging
import Testing

struct RecutTests {
    private func aligner(_ width: Int, _ height: Int = 112) -> FaceAligner {
        FaceAligner(
            template: AlignmentTemplate.arcFace(width: width, height: height), width: width, height: height)
    }

    /// Every pixel tells where it is.
    private func chart(_ width: Int, _ height: Int = 112) -> Image {
        var pixels: [UInt8] = []
        for y in 0..<height { for x in 0..<width { pixels += [UInt8(x), UInt8(y), 200] } }
        return Image(width: width, height: height, pixels: pixels)
    }

    @Test func `size and template are read back from a preprocessing`() throws {
        let text = KnownModel.named("arcface_mobilefacenet_112x96")!.manifest.preprocessing(
            width: 96, height: 112)
        #expect(CropGeometry(preprocessing: text) == CropGeometry(width: 96, height: 112))
        for wrong in ["", "fake", "size=96x112", "size=0x112 template=1:1,2:2,3:3,4:4,5:5", text + ",1:1"] {
            #expect(CropGeometry(preprocessing: wrong) == nil, "\(wrong)")
        }
    }

    @Test func `the same geometry keeps every pixel`() throws {
        let image = chart(112)
        let geometry = CropGeometry(width: 112, height: 112)
        #expect(try aligner(112).isCovered(by: geometry))
        #expect(try aligner(112).recut(image, from: geometry).image == image)
    }

    @Test func `a narrower crop is the middle of a wider one, 8 pixels in`() throws {
        let geometry = CropGeometry(width: 112, height: 112)
        #expect(try aligner(96).isCovered(by: geometry))
        let crop = try aligner(96).recut(chart(112), from: geometry).image
        #expect(crop.width == 96 && crop.height == 112)
        for (x, y) in [(0, 0), (95, 0), (40, 60), (0, 111), (95, 111)] {
            #expect(crop[x, y] == PixelColor(red: UInt8(x + 8), green: UInt8(y), blue: 200), "\(x), \(y)")
        }
    }

    @Test func `a wider crop has black bands where a narrower one ends, and that is told before`() throws {
        let geometry = CropGeometry(width: 96, height: 112)
        #expect(try !aligner(112).isCovered(by: geometry))
        let crop = try aligner(112).recut(chart(96), from: geometry).image
        #expect(crop[0, 50] == PixelColor(red: 0, green: 0, blue: 0))
        #expect(crop[111, 50] == PixelColor(red: 0, green: 0, blue: 0))
        #expect(crop[60, 50] == PixelColor(red: 52, green: 50, blue: 200))
    }

    @Test func `a larger crop of the same template is whole, but no sharper`() throws {
        #expect(try aligner(224, 224).isCovered(by: CropGeometry(width: 112, height: 112)))
        #expect(try aligner(112).isCovered(by: CropGeometry(width: 224, height: 224)))
    }
}
