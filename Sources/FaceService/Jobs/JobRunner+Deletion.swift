package import Gallery

/// Deletions and moves that jobs have to hear of.
extension JobRunner {
    /// Deletes a gallery; its jobs end with it, and those that make pictures of its faces.
    package func deleteGallery(_ gallery: GalleryName) async throws {
        try await store.deleteGallery(gallery, cancelled: { drop($0) }, progress: progress)
    }

    /// Deletes an identity; jobs that make pictures of it end with it.
    package func deleteIdentity(_ identity: IdentityName, in gallery: GalleryName) async throws {
        try await store.deleteIdentity(
            identity, in: gallery, cancelled: { drop($0) }, progress: progress)
    }

    /// Deletes a face; jobs that make pictures of its identity end with it.
    package func deleteFace(_ face: FaceID, in gallery: GalleryName) async throws {
        try await store.deleteFace(face, in: gallery, cancelled: { drop($0) }, progress: progress)
    }

    /// Gives faces to an identity; jobs that make pictures of those they leave end with it.
    package func moveFaces(
        _ faces: [FaceID], to identity: IdentityName, in gallery: GalleryName
    ) async throws -> (faces: MovedFaces, identity: IdentityRecord) {
        try await store.moveFaces(
            faces, to: identity, in: gallery, cancelled: { drop($0) }, progress: progress)
    }

    /// Gives all faces of `source` to an identity, or its name to `source`; jobs that make pictures of
    /// `source` end with it where it goes.
    package func mergeIdentity(
        _ source: IdentityName, into identity: IdentityName, in gallery: GalleryName
    ) async throws -> (faces: MovedFaces, identity: IdentityRecord) {
        try await store.mergeIdentity(
            source, into: identity, in: gallery, cancelled: { drop($0) }, progress: progress)
    }

    /// How far a job has come.
    private var progress: @Sendable (JobID) -> Double {
        { [board] in board.progress(of: $0) ?? 0 }
    }

    /// The store has noted their end already.
    private func drop(_ jobs: [JobID]) {
        for job in jobs {
            _ = board.stop(job)
            board.remove(job)
        }
    }
}
