/// Everything that the store refuses or fails at, with the facts.
///
/// Embeddings, crops and metadata never stand in any of the texts. What a client is told, and by which code,
/// is decided in one place, the `ProblemMapping` of the service.
package enum GalleryError: Error, Sendable, Equatable {
    case nameInvalid(subject: NameSubject, reason: String)
    case metadataInvalid(reason: String)
    case embeddingInvalid(EmbeddingFault)
    /// Something else that describes a face can't be kept.
    case detailsInvalid(reason: String)
    case limitInvalid(given: Int, allowed: ClosedRange<Int>)
    case cursorInvalid

    case galleryNotFound(GalleryName)
    case galleryExists(GalleryName)
    case identityNotFound(IdentityName, gallery: GalleryName)
    /// Every id that the gallery doesn't have.
    case faceNotFound([FaceID], gallery: GalleryName)
    case faceExists(FaceID, gallery: GalleryName)
    case cropNotFound(FaceID)
    case modelMismatch(gallery: ModelContract, given: ModelContract)
    /// The gallery was changed while it was embedded anew; nothing of that stays.
    case galleryChanged(GalleryName)

    /// A job would have to hold more bytes of vectors than it may.
    case vectorsTooLarge(bytes: Int, limit: Int)

    case jobNotFound(JobID)
    /// The gallery has this job under way and takes one at a time.
    case jobRunning(JobID, gallery: GalleryName)
    /// The job is over (or, for a restore, of another gallery): nothing more can happen to it.
    case jobFinished(JobID)

    case keyNotFound(KeyID)

    /// A line of an import was refused; nothing of the import stays. Lines count from 1.
    indirect case importRefused(line: Int, GalleryError)
    /// The reason for a line that states other metadata of an identity than one before it.
    case identityMetadataDiffers(fromLine: Int)
    /// As many exports and imports run as the options allow.
    case tooManyTransfers(limit: Int)

    /// The file can't serve as the database; nothing on disk was changed.
    case databaseRefused(path: String, DatabaseFault)
    case database(SQLiteError)
    /// No backup was made to the folder; nothing is left of it.
    case backupRefused(folder: String, BackupFault)
    /// The file was not put in the database's place, which is as it was.
    case restoreRefused(file: String, RestoreFault)
    /// Stored embeddings that are no unit vectors: someone else's hand, a disk or memory was in it.
    case embeddingsDamaged(DamagedEmbeddings)
    /// The store was closed.
    case closed
}

/// Which name was wrong; the raw value is the parameter that it stands in.
package enum NameSubject: String, Sendable {
    case gallery, identity
    case key = "name"
}

/// What is wrong with a vector.
package enum EmbeddingFault: Error, Sendable, Equatable {
    case dimension(expected: Int, given: Int)
    case notFinite
    /// The vector's length, which should be 1.
    case norm(Double)
    /// A stored one whose bytes are no whole number of floats.
    case notFloats(bytes: Int)
}
