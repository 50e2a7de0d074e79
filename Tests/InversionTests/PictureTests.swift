import Faces
import Imaging
import Inversion
import Kernels
import TestKit
import Testing

@Suite struct PicturePenaltyTests {
    private static func picture(width: Int, height: Int) -> [Float] {
        var generator = SeededGenerator(seed: 3)
        return (0..<3 * width * height).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    /// The derivative by each pixel from two values, against the one that the function gives.
    private static func difference(
        width: Int, height: Int, _ loss: (PicturePenalty, [Float], inout [Float]) -> Float
    ) -> TensorDifference? {
        let penalty = PicturePenalty(width: width, height: height)
        let picture = picture(width: width, height: height)
        var gradient = [Float](repeating: 0, count: picture.count)
        _ = loss(penalty, picture, &gradient)
        var ignored = gradient
        let step: Float = 1.0 / 64
        let expected = picture.indices.map { index -> Float in
            var (more, less) = (picture, picture)
            more[index] += step
            less[index] -= step
            return (loss(penalty, more, &ignored) - loss(penalty, less, &ignored)) / (2 * step)
        }
        return TensorDifference(gradient, expected: expected)
    }

    @Test(arguments: [(5, 4), (7, 7), (3, 9), (2, 2), (8, 1), (1, 8)])
    func `the derivative of the total variation is that of finite differences`(width: Int, height: Int) throws
    {
        let difference = try #require(
            Self.difference(width: width, height: height) { $0.variation(of: $1, weight: 1, into: &$2) })
        #expect(difference.maximum < 1e-3, "\(difference)")
    }

    @Test func `the derivative of the length is that of finite differences`() throws {
        let difference = try #require(
            Self.difference(width: 5, height: 6) { $0.length(of: $1, weight: 1, into: &$2) })
        #expect(difference.maximum < 1e-3, "\(difference)")
    }

    @Test func `a step's total variation is the length of its differences`() {
        // One white pixel in the middle of black ones of 3x3, in one plane: two differences of 1 each way.
        var picture = [Float](repeating: 0, count: 27)
        picture[4] = 1
        var gradient = [Float](repeating: 0, count: 27)
        let value = PicturePenalty(width: 3, height: 3).variation(of: picture, weight: 2, into: &gradient)
        #expect(abs(value - 4 * Float(2).squareRoot()) < 1e-5)
        #expect(abs(gradient[4] - 2 * 4 * Float(2).squareRoot()) < 1e-5)
        #expect(gradient[9...].allSatisfy { $0 == 0 })
    }

    @Test func `one grey has no variation, no length and no derivative`() {
        var gradient = [Float](repeating: 0, count: 48)
        let penalty = PicturePenalty(width: 4, height: 4)
        let grey = [Float](repeating: 0, count: 48)
        #expect(penalty.variation(of: grey, weight: 1, into: &gradient) == 0)
        #expect(penalty.length(of: grey, weight: 1, into: &gradient) == 0)
        #expect(gradient.allSatisfy { $0 == 0 })
    }
}

@Suite struct PictureSpaceTests {
    private static let manifests = [
        LinearNetwork.manifest,
        ModelManifest(
            kind: .recognizer, name: "raw", colorOrder: .bgr, mean: [0, 0, 0], deviation: [1, 1, 1]),
        ModelManifest(
            kind: .recognizer, name: "odd", colorOrder: .bgr, mean: [100, 120, 140], deviation: [50, 60, 128]),
    ]

    @Test(arguments: manifests) func `the network sees of an image what it sees of its pixels`(
        manifest: ModelManifest
    ) throws {
        let space = PictureSpace(manifest, width: 5, height: 4)
        let image = Image.noise(width: 5, height: 4, seed: 1)
        for mirrored in [false, true] {
            let expected = PixelEncoding(manifest).tensor(
                [mirrored ? image.mirrored() : image], width: 5, height: 4, batch: 1)
            let actual = space.tensor(of: space.picture(of: image), mirrored: mirrored)
            #expect(actual.shape == expected.shape)
            let difference = try #require(TensorDifference(actual.floats, expected: expected.floats))
            #expect(difference.relativeMaximum < 1e-6, "\(difference)")
        }
        #expect(space.image(of: space.picture(of: image)) == image)
    }

    @Test(arguments: manifests) func `the way back of a gradient is the transpose of the way there`(
        manifest: ModelManifest
    ) {
        let space = PictureSpace(manifest, width: 5, height: 4)
        let (a, b) = (Image.noise(width: 5, height: 4, seed: 2), Image.noise(width: 5, height: 4, seed: 3))
        let grey = space.tensor(of: [Float](repeating: 0, count: 60), mirrored: false).floats
        for mirrored in [false, true] {
            let direction = space.picture(of: a)
            let there = zip(space.tensor(of: direction, mirrored: mirrored).floats, grey).map { $0 - $1 }
            let gradient = space.tensor(of: space.picture(of: b), mirrored: false)
            let left = zip(there, gradient.floats).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            let back = space.gradient(gradient, mirrored: mirrored)
            let right = zip(direction, back).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(left - right) <= 1e-5 * max(1, abs(left)))
        }
    }
}
