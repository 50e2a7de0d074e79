/// What became of a `NewFace`.
package struct EnrolledFace: Sendable, Equatable {
    package let id: FaceID
    /// The same source stood in the identity before: `id` is that first face's and nothing was added.
    package let isDuplicate: Bool
    /// That first face is set aside: no search finds it.
    package let isQuarantined: Bool
}
