/// What became of faces that were given to an identity.
package struct MovedFaces: Sendable, Equatable {
    /// A face that stayed where it was: the identity has it of the same picture already.
    package struct Duplicate: Sendable, Equatable {
        package let face: FaceID
        /// The identity's own.
        package let of: FaceID

        package init(face: FaceID, of: FaceID) { (self.face, self.of) = (face, of) }
    }

    /// How many came; of an identity that was renamed, how many it has.
    package var moved: Int
    /// Those that had been set aside and are searched again.
    package var restored: [FaceID]
    package var duplicates: [Duplicate]

    var isChange: Bool { moved > 0 || !restored.isEmpty }

    package init(moved: Int = 0, restored: [FaceID] = [], duplicates: [Duplicate] = []) {
        (self.moved, self.restored, self.duplicates) = (moved, restored, duplicates)
    }
}
