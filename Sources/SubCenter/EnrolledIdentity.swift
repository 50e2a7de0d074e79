/// An identity of a gallery with the faces enrolled for it.
package struct EnrolledIdentity: Sendable {
    /// Unique among the identities given together; it also seeds this identity's sub-centers.
    package let name: String
    package let faces: [EnrolledFace]

    package init(name: String, faces: [EnrolledFace]) {
        self.name = name
        self.faces = faces
    }
}
