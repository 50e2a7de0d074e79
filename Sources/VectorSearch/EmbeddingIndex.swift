/// Exact search over embeddings in memory, by inner product.
package final class EmbeddingIndex: Sendable {
    /// A face to be held.
    package struct Entry: Sendable {
        package var key: Int64
        package var owner: Int64
        package var vector: [Float]

        package init(key: Int64, owner: Int64, vector: [Float]) {
            (self.key, self.owner, self.vector) = (key, owner, vector)
        }
    }

    package let dimension: Int

    /// An empty index of vectors with `dimension` elements; a search takes up to `threads` threads.
    package init(dimension: Int, threads: Int = 1) { self.dimension = dimension }

    /// The number of faces held.
    package var count: Int { fatalError("to come") }

    /// Bytes of memory a face takes.
    package var bytesPerFace: Int { fatalError("to come") }

    package func insert(key: Int64, owner: Int64, vector: [Float]) throws(VectorSearchError) {
        fatalError("to come")
    }

    /// All or none.
    package func insert(_ entries: [Entry]) throws(VectorSearchError) { fatalError("to come") }

    /// False when the key is not in the index. O(1), but for a copy of one block while a search runs.
    @discardableResult
    package func remove(key: Int64) -> Bool { fatalError("to come") }

    /// Removes all those there are at one stroke: no search sees a part of it. Answers how many there were.
    @discardableResult
    package func remove(keys: [Int64]) -> Int { fatalError("to come") }

    package func contains(key: Int64) -> Bool { fatalError("to come") }

    /// A copy of the vector.
    package func vector(of key: Int64) -> [Float]? { fatalError("to come") }

    /// The best face of each owner, of the `top` best owners, best first; of equals the lower key first.
    package func search(probe: [Float], top: Int) throws(VectorSearchError) -> [Match] { fatalError("to come") }

    /// The `top` best faces, best first; of equals the lower key first.
    package func nearest(probe: [Float], top: Int) throws(VectorSearchError) -> [Match] {
        fatalError("to come")
    }
}
