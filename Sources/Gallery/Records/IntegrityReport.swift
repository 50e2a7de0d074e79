/// What `check()` found.
package struct IntegrityReport: Sendable, Equatable {
    package let galleries: Int
    package let faces: Int
    /// One sentence a fault, those of the damaged embeddings included; empty when all is well.
    package let problems: [String]
    package let damagedEmbeddings: DamagedEmbeddings

    package init(
        galleries: Int = 0, faces: Int = 0, problems: [String],
        damagedEmbeddings: DamagedEmbeddings = DamagedEmbeddings()
    ) {
        (self.galleries, self.faces) = (galleries, faces)
        (self.problems, self.damagedEmbeddings) = (problems, damagedEmbeddings)
    }
}
