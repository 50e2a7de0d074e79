/// Where a face came from: a content and which of its faces. Within an identity the same source is the same
/// face, however often it is sent.
package struct FaceSource: Hashable, Sendable {
    package let hash: ContentHash
    /// Tells the faces of one image apart, in the order in which they were enrolled, from 0.
    package let index: Int

    package init(hash: ContentHash, index: Int = 0) {
        self.hash = hash
        self.index = index
    }
}
