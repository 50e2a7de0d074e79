/// An identity with the vectors that are searched: the material of a purification.
package struct EnrolledIdentitySet: Sendable, Equatable {
    package struct Face: Sendable, Equatable {
        package let id: FaceID
        /// Unit length.
        package let embedding: [Float]
    }

    package let identity: IdentityName
    /// In order of enrolment.
    package let faces: [Face]
}
