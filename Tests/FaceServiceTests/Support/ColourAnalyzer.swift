import FaceService
import Faces
import Imaging

/// A recogniser that looks at the mean colour of a crop, which JPEG hardly changes; its model and size are
/// the test's to choose.
struct ColourAnalyzer: FaceAnalyzing {
    var fingerprint = String(repeating: "01", count: 32)
    var dimension = 8
    var width = 112
    /// Waited at before each embedding.
    var gate: Gate?
    /// Embeddings cannot be made.
    var isBroken = false

    struct Broken: Error {}

    var detector: ModelDescription { FakeAnalyzer().detector }

    var recognizer: ModelDescription {
        let manifest = ModelManifest(
            kind: .recognizer, name: "colours", mean: [0, 0, 0], deviation: [1, 1, 1])
        return ModelDescription(
            name: "colours", fingerprint: fingerprint, dimension: dimension, threshold: 0.9,
            preprocessing: manifest.preprocessing(width: width, height: 112), inputWidth: width,
            inputHeight: 112)
    }

    var aligner: FaceAligner {
        FaceAligner(
            template: AlignmentTemplate.arcFace(width: width, height: 112), width: width, height: 112)
    }

    func detect(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [DetectedFace] { [] }

    func detectAndCrop(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [AlignedCrop] { [] }

    func alignedCrop(from source: SourceImage) throws -> AlignedCrop {
        try aligner.recut(source.decode(), from: CropGeometry(width: source.width, height: source.height))
    }

    func analyse(_ crops: [AlignedCrop]) throws -> [AnalysedFace] {
        try gate?.pass()
        if isBroken { throw Broken() }
        return crops.map { AnalysedFace(crop: $0, embedding: embedding(of: $0.image)) }
    }

    func selfTest() throws -> [SelfTestOutcome] { [] }

    /// The mean of each channel, then ones.
    func embedding(of image: Image) -> FaceEmbedding {
        var sums = [0.0, 0.0, 0.0]
        for y in 0..<image.height {
            for x in 0..<image.width {
                let pixel = image[x, y]
                sums[0] += Double(pixel.red)
                sums[1] += Double(pixel.green)
                sums[2] += Double(pixel.blue)
            }
        }
        let means = sums.map { Float($0 / Double(image.width * image.height)) }
        return FaceEmbedding(raw: means + Array(repeating: 1, count: dimension - 3))!
    }
}
