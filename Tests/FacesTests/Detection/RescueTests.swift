import Faces
import Imaging
import TestKit
import Testing

@Suite struct RescueTests {
    private let manifest = ModelManifest(
        kind: .detector, name: "block", mean: [0, 0, 0], deviation: [1, 1, 1])

    private func detector(_ network: BlockNetwork) -> FaceDetector {
        FaceDetector(network: network, manifest: manifest, fingerprint: "")
    }

    private func expect(_ face: DetectedFace?, at box: Box, within tolerance: Float) throws {
        let face = try #require(face)
        #expect(abs(face.box.x - box.x) <= tolerance && abs(face.box.y - box.y) <= tolerance)
        #expect(
            abs(face.box.width - box.width) <= tolerance && abs(face.box.height - box.height) <= tolerance)
    }

    @Test func `a face with surroundings takes one pass`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let box = Box(x: 100, y: 60, width: 60, height: 80)
        let found = try detector(network).detect(
            in: BlockNetwork.picture(width: 400, height: 300, block: box), mayBeTurned: true)
        try expect(found.first, at: box, within: 3)
        #expect(found.count == 1 && network.runCount == 1)
    }

    @Test func `a face that fills half the picture is found with a border`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let box = Box(x: 30, y: 20, width: 140, height: 160)
        let found = try detector(network).detect(
            in: BlockNetwork.picture(width: 200, height: 200, block: box), mayBeTurned: false)
        try expect(found.first, at: box, within: 3)
        #expect(network.runCount == 2)
    }

    @Test func `a face that is the picture is found at the smaller scale`() throws {
        let network = BlockNetwork(canvas: .square(256), largest: 0.3)
        let box = Box(x: 0, y: 0, width: 200, height: 200)
        let found = try detector(network).detect(
            in: BlockNetwork.picture(width: 200, height: 200, block: box), mayBeTurned: false)
        try expect(found.first, at: box, within: 5)
        #expect(network.runCount == 3)
    }

    @Test(arguments: [1, 2, 3])
    func `a face that lies on its side is found, its landmarks in the face's order`(turns: Int) throws {
        let network = BlockNetwork(canvas: .square(256))
        let box = Box(x: 100, y: 60, width: 60, height: 80)
        let upright = BlockNetwork.picture(width: 400, height: 300, block: box)
        let lying = upright.rotated(quarterTurns: -turns)
        let found = try detector(network).detect(in: lying, mayBeTurned: true)
        let face = try #require(found.first)
        #expect(network.runCount == 1 + RescuePlan.borders.count + RescuePlan.turns.count)
        let expected = DetectedFace.made(x: 100, y: 60, width: 60, height: 80)
            .turnedBack(quarterTurns: turns, width: lying.width, height: lying.height)
        try expect(face, at: expected.box, within: 3)
        for (point, other) in zip(face.landmarks, expected.landmarks) {
            #expect(point.distance(to: other) < 3)
        }
    }

    @Test func `a portrait that lies on its side and fills the picture is found`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let upright = BlockNetwork.picture(
            width: 200, height: 200, block: Box(x: 20, y: 10, width: 160, height: 180))
        let found = try detector(network).detect(in: upright.rotated(quarterTurns: 1), mayBeTurned: true)
        try expect(found.first, at: Box(x: 10, y: 20, width: 180, height: 160), within: 3)
        #expect(network.runCount == RescuePlan.passes)
    }

    /// Half recognises a lying face, fully an upright one: both by the shape of the white block.
    private struct HalfBlindNetwork: DetectionNetwork {
        let canvas = CanvasSize.square(64)

        func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
            let upright = DetectedFace.made(x: 0, y: 0, width: 32, height: 64, score: 0.9)
            let isTall = image[63, 0] == .black && image[0, 63] == .white
            if isTall { return [upright] }
            let lying = DetectedFace.made(x: 0, y: 0, width: 32, height: 64, score: 0.6)
            return [lying.turnedBack(quarterTurns: 1, width: 64, height: 32)]
        }
    }

    @Test func `faces whose eyes stand above each other make the detector look at the picture turned`() throws
    {
        let detector = FaceDetector(network: HalfBlindNetwork(), manifest: manifest, fingerprint: "")
        let wide = Image(width: 64, height: 32, color: .white)
        #expect(try detector.detect(in: wide, mayBeTurned: true).map(\.score) == [0.9])
        #expect(try detector.detect(in: wide, mayBeTurned: false).map(\.score) == [0.6])
        let options = DetectionOptions(rescue: false)
        #expect(try detector.detect(in: wide, mayBeTurned: true, options: options).map(\.score) == [0.6])
    }

    /// Sees a face at the left edge always, the large one in the middle only with a border around the
    /// picture.
    private struct FarSightedNetwork: DetectionNetwork {
        let canvas = CanvasSize.square(64)
        /// Where the first face stands in the picture.
        var left: Float = -16

        func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
            guard image[0, 0] == .black else { return [.made(x: left, y: 8, width: 24, height: 32)] }
            return [
                .made(x: 16 + left / 2, y: 20, width: 12, height: 16),
                .made(x: 30, y: 18, width: 16, height: 24),
            ]
        }
    }

    @Test func `the face that a picture is of is found beside one that the edge cuts off`() throws {
        let white = Image(width: 64, height: 64, color: .white)
        let found = try FaceDetector(network: FarSightedNetwork(), manifest: manifest, fingerprint: "")
            .detect(in: white, mayBeTurned: false)
        #expect(found.count == 2)
        try expect(found.first, at: Box(x: 28, y: 4, width: 32, height: 48), within: 0.01)
        #expect(found.last?.box == Box(x: -16, y: 8, width: 24, height: 32), "as the first pass saw it")
        // A face that stands whole in the picture is taken for what it is of.
        let whole = FaceDetector(network: FarSightedNetwork(left: 0), manifest: manifest, fingerprint: "")
        #expect(try whole.detect(in: white, mayBeTurned: false).count == 1)
    }

    @Test func `a picture that says how it stands is not turned`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let picture = BlockNetwork.picture(
            width: 400, height: 300, block: Box(x: 100, y: 60, width: 60, height: 80))
        #expect(
            try detector(network).detect(in: picture.rotated(quarterTurns: 1), mayBeTurned: false).isEmpty)
        #expect(network.runCount == 1 + RescuePlan.borders.count)
    }

    @Test func `without rescue one pass is all`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let black = Image(width: 50, height: 50, pixels: [UInt8](repeating: 0, count: 7_500))
        #expect(
            try detector(network).detect(in: black, mayBeTurned: true, options: .init(rescue: false)).isEmpty)
        #expect(network.runCount == 1)
        #expect(try detector(network).detect(in: black, mayBeTurned: true).isEmpty)
        #expect(network.runCount == 1 + RescuePlan.passes)
    }

    @Test func `a face under the caller's smallest size needs no rescue`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let picture = BlockNetwork.picture(
            width: 400, height: 300, block: Box(x: 100, y: 60, width: 60, height: 80))
        let options = DetectionOptions(minimumSize: 100)
        #expect(try detector(network).detect(in: picture, mayBeTurned: true, options: options).isEmpty)
        #expect(network.runCount == 1)
    }

    @Test func `a file is turned only when it carries no orientation`() throws {
        let picture = BlockNetwork.picture(
            width: 400, height: 300, block: Box(x: 100, y: 60, width: 60, height: 80)
        ).rotated(quarterTurns: 1)
        let network = BlockNetwork(canvas: .square(256))
        let found = try detector(network).detect(in: try SourceImage(bytes: picture.png()))
        #expect(found.count == 1)
    }

    @Test func `a network of free size looks at a small canvas before it makes a pass`() throws {
        let network = BlockNetwork(canvas: .square(640), isFree: true)
        let black = Image(width: 50, height: 50, color: .black)
        #expect(try detector(network).detect(in: black, mayBeTurned: true).isEmpty)
        #expect(
            network.canvases == [.square(640)] + Array(repeating: .square(320), count: RescuePlan.passes - 1))
    }

    @Test(arguments: [0, 1, 2, 3])
    func `what a glance sees is looked at on the large canvas`(turns: Int) throws {
        let network = BlockNetwork(canvas: .square(640), isFree: true)
        let box = Box(x: 30, y: 20, width: 140, height: 160)
        let upright = BlockNetwork.picture(width: 200, height: 200, block: box)
        let found = try detector(network).detect(in: upright.rotated(quarterTurns: turns), mayBeTurned: true)
        let expected = DetectedFace.made(x: box.x, y: box.y, width: box.width, height: box.height)
            .turnedBack(quarterTurns: -turns, width: 200, height: 200)
        try expect(found.first, at: expected.box, within: 3)
        #expect(network.canvases.last == .square(640) || turns != 0)
        #expect(network.canvases.count { $0 == .square(640) } == 2)
    }

    @Test func `a network of free size is run on as much of the canvas as the picture needs`() throws {
        let network = BlockNetwork(canvas: .square(640), isFree: true)
        let box = Box(x: 100, y: 60, width: 60, height: 80)
        let found = try detector(network).detect(
            in: BlockNetwork.picture(width: 400, height: 300, block: box), mayBeTurned: true)
        try expect(found.first, at: box, within: 3)
        #expect(network.canvases == [CanvasSize(width: 640, height: 480)])
    }

    @Test func `turning back undoes a turn exactly`() {
        let face = DetectedFace.made(x: 10, y: 20, width: 30, height: 40)
        // A clockwise quarter turn of a 100x80 picture takes (x, y) to (79 - y, x).
        let turned = DetectedFace(
            box: Box(x: 79 - 60, y: 10, width: 40, height: 30), score: face.score,
            landmarks: face.landmarks.map { Point(x: 79 - $0.y, y: $0.x) })
        let back = turned.turnedBack(quarterTurns: 1, width: 100, height: 80)
        #expect(back.box == face.box)
        for (a, b) in zip(back.landmarks, face.landmarks) { #expect(a.distance(to: b) < 1e-4) }
        #expect(face.turnedBack(quarterTurns: 4, width: 100, height: 80) == face)
    }
}
