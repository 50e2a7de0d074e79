import Faces
import Testing

@Suite struct BoxTests {
    @Test func `equal boxes have an overlap of one`() {
        let box = Box(x: -3, y: 2, width: 10, height: 4)
        #expect(box.intersectionOverUnion(box) == 1)
    }

    @Test func `half shifted boxes share a third of their union`() {
        let first = Box(x: 0, y: 0, width: 10, height: 10), second = Box(x: 5, y: 0, width: 10, height: 10)
        #expect(abs(first.intersectionOverUnion(second) - 1 / 3) < 1e-6)
        #expect(first.intersectionOverUnion(second) == second.intersectionOverUnion(first))
    }

    @Test func `boxes that only touch have none`() {
        let first = Box(x: 0, y: 0, width: 10, height: 10), second = Box(x: 10, y: 0, width: 10, height: 10)
        #expect(first.intersectionOverUnion(second) == 0)
    }

    @Test func `empty boxes have none`() {
        let empty = Box(x: 1, y: 1, width: 0, height: 0)
        #expect(empty.intersectionOverUnion(empty) == 0)
    }

    @Test(arguments: [
        Box(x: .nan, y: 0, width: 1, height: 1), Box(x: 0, y: 0, width: .infinity, height: 1),
        Box(x: 0, y: 0, width: 0, height: 1), Box(x: 0, y: 0, width: 1, height: -1),
        Box(x: .greatestFiniteMagnitude, y: 0, width: .greatestFiniteMagnitude, height: 1),
    ])
    func `a box that cannot be is not sound`(box: Box) { #expect(!box.isSound) }
}
