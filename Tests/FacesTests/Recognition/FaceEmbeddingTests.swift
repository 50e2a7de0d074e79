import Faces
import Testing

@Suite struct FaceEmbeddingTests {
    @Test func `a vector is divided by its length, which is kept`() throws {
        let embedding = try #require(FaceEmbedding(raw: [3, -4]))
        #expect(embedding.vector == [0.6, -0.8] && embedding.norm == 5)
    }

    @Test(
        arguments: [[Float.nan, 1], [Float.infinity, 1], [0, 0], [], [-Float.infinity, 0]] as [[Float]])
    func `a vector without a direction is none`(raw: [Float]) { #expect(FaceEmbedding(raw: raw) == nil) }

    @Test func `very long and very short vectors keep their direction`() throws {
        #expect(try #require(FaceEmbedding(raw: [3e37, 4e37])).vector == [0.6, 0.8])
        #expect(try #require(FaceEmbedding(raw: [3e-30, 4e-30])).vector == [0.6, 0.8])
    }
}
