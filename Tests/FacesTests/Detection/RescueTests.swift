import Faces
import Imaging
import TestKit
import Testing

@Suite struct RescueTests {
    private let manifest = ModelManifest(kind: .detector, name: "block", mean: [0, 0, 0], deviation: [1, 1, 1])

    private func detector(_ network: BlockNetwork) -> FaceDetector {
        FaceDetector(network: network, manifest: manifest, fingerprint: "")
    }

    private func expect(_ face: DetectedFace?, at box: Box, within tolerance: Float) throws {
        let face = try #require(face)
        #expect(abs(face.box.x - box.x) <= tolerance && abs(face.box.y - box.y) <= tolerance)
        #expect(abs(face.box.width - box.width) <= tolerance && abs(face.box.height - box.height) <= tolerance)
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
        #expect(network.runCount == RescuePlan.passes)
        let expected = DetectedFace.made(x: 100, y: 60, width: 60, height: 80)
            .turnedBack(quarterTurns: turns, width: lying.width, height: lying.height)
        try expect(face, at: expected.box, within: 3)
        for (point, other) in zip(face.landmarks, expected.landmarks) { #expect(point.distance(to: other) < 3) }
    }

    @Test func `a picture that says how it stands is not turned`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let picture = BlockNetwork.picture(
            width: 400, height: 300, block: Box(x: 100, y: 60, width: 60, height: 80))
        #expect(try detector(network).detect(in: picture.rotated(quarterTurns: 1), mayBeTurned: false).isEmpty)
        #expect(network.runCount == 1 + RescuePlan.borders.count)
    }

    @Test func `without rescue one pass is all`() throws {
        let network = BlockNetwork(canvas: .square(256))
        let black = Image(width: 50, height: 50, pixels: [UInt8](repeating: 0, count: 7_500))
        #expect(try detector(network).detect(in: black, mayBeTurned: true, options: .init(rescue: false)).isEmpty)
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
