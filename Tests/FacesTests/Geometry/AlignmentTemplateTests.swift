import Faces
import Testing

@Suite struct AlignmentTemplateTests {
    @Test func `at 112 by 112 it is the published one`() {
        #expect(AlignmentTemplate.arcFace(width: 112, height: 112) == AlignmentTemplate.arcFace)
        #expect(AlignmentTemplate.arcFace[0] == Point(x: 38.2946, y: 51.6963))
    }

    @Test func `at 96 by 112 it lies eight pixels to the left`() {
        let shifted = AlignmentTemplate.arcFace.map { Point(x: $0.x - 8, y: $0.y) }
        #expect(AlignmentTemplate.arcFace(width: 96, height: 112) == shifted)
    }

    @Test func `at twice the size it is twice as large`() {
        let doubled = AlignmentTemplate.arcFace.map { Point(x: $0.x * 2, y: $0.y * 2) }
        #expect(AlignmentTemplate.arcFace(width: 224, height: 224) == doubled)
    }
}
