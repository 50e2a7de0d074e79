import FaceService
import Faces
import Imaging
import Locks
import TestKit

/// Networks made of arithmetic: what stands in an image's first pixel decides what is found in it.
///
/// Red is the number of faces, green the person, blue the photograph of that person. Two photographs of a
/// person have a cosine of about 0.97, those of two persons about 0.
struct FakeAnalyzer: FaceAnalyzing {
    static let dimension = 64
    static let cropSide = 16

    /// Detection stops here where a test gives a gate.
    var gate: Gate?
    /// Counts the crops that were embedded.
    var embedded: Locked<Int>?
    /// A self-test that fails.
    var isBroken = false
    /// Stands for another model file.
    var fingerprint = String(repeating: "ab", count: 32)
    /// Stands for another preparation, or another precision.
    var preprocessing = "kind=fake"

    struct Broken: Error {}

    var detector: ModelDescription {
        ModelDescription(
            name: "fake-detector", fingerprint: String(repeating: "cd", count: 32), threshold: 0.5)
    }

    var recognizer: ModelDescription {
        ModelDescription(
            name: "fake-recognizer", fingerprint: fingerprint, dimension: Self.dimension, threshold: 0.5,
            preprocessing: preprocessing, inputWidth: Self.cropSide, inputHeight: Self.cropSide)
    }

    var aligner: FaceAligner {
        FaceAligner(
            template: AlignmentTemplate.arcFace(width: Self.cropSide, height: Self.cropSide),
            width: Self.cropSide, height: Self.cropSide)
    }

    func detect(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [DetectedFace] {
        try gate?.pass()
        let pixel = Self.firstPixel(picture)
        let faces = (0..<Int(pixel.red)).map(Self.face).filter {
            $0.score >= options.minimumScore ?? 0.5 && $0.box.shorterSide >= options.minimumSize
        }
        return Array(faces.prefix(options.maximumFaces ?? .max))
    }

    func detectAndCrop(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws -> [AlignedCrop] {
        let faces = try detect(in: picture, mayBeTurned: mayBeTurned, options: options)
        let pixel = Self.firstPixel(picture)
        return faces.enumerated().map { index, face in
            // The first face is the person of the image, the others are nobody else's.
            let person = index == 0 ? pixel.green : UInt8(200 + index)
            return Self.crop(PixelColor(red: 0, green: person, blue: pixel.blue), face)
        }
    }

    private static func firstPixel(_ picture: DecodedPicture) -> PixelColor {
        picture.cropped(to: PixelRegion(x: 0, y: 0, width: 1, height: 1))[0, 0]
    }

    func alignedCrop(from source: SourceImage) throws -> AlignedCrop {
        guard source.width == Self.cropSide, source.height == Self.cropSide else {
            throw FacesError.wrongCropSize(
                expectedWidth: Self.cropSide, expectedHeight: Self.cropSide, width: source.width,
                height: source.height)
        }
        return Self.crop(try source.decode()[0, 0], Self.face(0))
    }

    func analyse(_ crops: [AlignedCrop]) throws -> [AnalysedFace] {
        embedded?.withLock { $0 += crops.count }
        return crops.map { crop in
            let pixel = crop.image[0, 0]
            let vector = Self.embedding(person: pixel.green, photograph: pixel.blue)
            return AnalysedFace(crop: crop, embedding: FaceEmbedding(vector: vector, norm: 20))
        }
    }

    func selfTest() throws -> [SelfTestOutcome] {
        if isBroken { throw Broken() }
        return [SelfTestOutcome(model: "fake-recognizer", isGolden: false, detail: "sound")]
    }

    /// The largest face is 60 pixels wide; each further one is 10 smaller and less sure.
    private static func face(_ index: Int) -> DetectedFace {
        let side = Float(max(10, 60 - 10 * index))
        let points: [(Float, Float)] = [(0.3, 0.35), (0.7, 0.40), (0.55, 0.55), (0.35, 0.75), (0.65, 0.75)]
        return DetectedFace(
            box: Box(x: 2, y: 3, width: side, height: side + 5), score: 0.9 - 0.05 * Float(index),
            landmarks: points.map { Point(x: 2 + $0.0 * side, y: 3 + $0.1 * side) })
    }

    private static func crop(_ color: PixelColor, _ face: DetectedFace) -> AlignedCrop {
        AlignedCrop(
            image: Image(width: cropSide, height: cropSide, color: color), face: face,
            landmarks: face.landmarks,
            transform: SimilarityTransform(a: 1, b: 0, tx: 0, ty: 0))
    }

    /// The unit vector of a person, moved a little for each photograph.
    static func embedding(person: UInt8, photograph: UInt8) -> [Float] {
        let base = direction(seed: UInt64(person) + 1)
        let noise = direction(seed: UInt64(person) << 8 + UInt64(photograph) + 1_000_000)
        return unit(zip(base, noise).map { $0 + 0.17 * $1 })
    }

    private static func direction(seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return unit((0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) })
    }

    private static func unit(_ vector: [Float]) -> [Float] {
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / norm }
    }
}

/// Images that the fake understands.
enum FakeImage {
    /// A PNG of `faces` faces, the largest of which is `person`'s.
    static func png(faces: UInt8 = 1, person: UInt8 = 1, photograph: UInt8 = 0, side: Int = 32) -> [UInt8] {
        Image(
            width: side, height: side, color: PixelColor(red: faces, green: person, blue: photograph)
        ).png()
    }
}
