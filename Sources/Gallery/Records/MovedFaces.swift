/// What became of faces that were given to an identity.
package struct MovedFaces: Sendable, Equatable {
    /// A face that stayed where it was: the identity has its picture already.
    package struct Duplicate: Sendable, Equatable {
        package let face: FaceID
        /// The identity's own.
        package let of: FaceID

        package init(face: FaceID, of: FaceID) { (self.face, self.of) = (face, of) }
    }

    /// Those that came from another identity.
    package var moved: [FaceID]
    /// Those that had been set aside and are searched again.
    package var restored: [FaceID]
    package var duplicates: [Duplicate]

    var isChange: Bool { !moved.isEmpty || !restored.isEmpty }

    package init(moved: [FaceID] = [], restored: [FaceID] = [], duplicates: [Duplicate] = []) {
        (self.moved, self.restored, self.duplicates) = (moved, restored, duplicates)
    }
}
