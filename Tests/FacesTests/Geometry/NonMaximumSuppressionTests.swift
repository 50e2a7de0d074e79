import Faces
import TestKit
import Testing

@Suite struct NonMaximumSuppressionTests {
    @Test func `the best of overlapping faces survives, others stay, best first`() {
        let weak = DetectedFace.made(x: 0, y: 0, width: 10, height: 10, score: 0.6)
        let strong = DetectedFace.made(x: 1, y: 0, width: 10, height: 10, score: 0.8)
        let apart = DetectedFace.made(x: 50, y: 0, width: 10, height: 10, score: 0.9)
        #expect(NonMaximumSuppression.apply([weak, strong, apart], maximumOverlap: 0.4) == [apart, strong])
    }

    @Test func `an overlap of exactly the limit is allowed`() {
        let first = DetectedFace.made(x: 0, y: 0, width: 10, height: 10, score: 0.9)
        let second = DetectedFace.made(x: 5, y: 0, width: 10, height: 10, score: 0.8)
        let overlap = first.box.intersectionOverUnion(second.box)
        #expect(NonMaximumSuppression.apply([first, second], maximumOverlap: overlap).count == 2)
        #expect(NonMaximumSuppression.apply([first, second], maximumOverlap: overlap.nextDown).count == 1)
    }

    @Test func `a face that only a suppressed one overlapped survives`() {
        let faces = [0, 6, 12].map {
            DetectedFace.made(x: Float($0), y: 0, width: 10, height: 10, score: 0.9 - Float($0) / 100)
        }
        #expect(NonMaximumSuppression.apply(faces, maximumOverlap: 0.2) == [faces[0], faces[2]])
    }

    @Test func `equal scores keep their order`() {
        let faces = (0..<5).map { DetectedFace.made(x: Float($0 * 20), y: 0, width: 10, height: 10) }
        #expect(NonMaximumSuppression.apply(faces, maximumOverlap: 0.4) == faces)
    }

    @Test func `survivors never overlap and everything else is overlapped by a better one`() {
        var random = SeededGenerator(seed: 3)
        let faces = (0..<200).map { _ in
            DetectedFace.made(
                x: .random(in: 0...100, using: &random), y: .random(in: 0...100, using: &random),
                width: .random(in: 5...30, using: &random), height: .random(in: 5...30, using: &random),
                score: .random(in: 0...1, using: &random))
        }
        let kept = NonMaximumSuppression.apply(faces, maximumOverlap: 0.3)
        for (index, face) in kept.enumerated() {
            #expect(kept[..<index].allSatisfy { $0.box.intersectionOverUnion(face.box) <= 0.3 })
        }
        for face in faces where !kept.contains(face) {
            #expect(kept.contains { $0.score >= face.score && $0.box.intersectionOverUnion(face.box) > 0.3 })
        }
    }

    @Test func `no faces are no faces`() {
        #expect(NonMaximumSuppression.apply([], maximumOverlap: 0.4).isEmpty)
    }
}
