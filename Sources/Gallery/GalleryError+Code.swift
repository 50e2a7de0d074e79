import CSQLite

extension GalleryError {
    /// The stable, machine-readable word for it.
    package var code: String {
        switch self {
        case .nameInvalid, .metadataInvalid, .limitInvalid, .cursorInvalid, .detailsInvalid:
            "parameter_invalid"
        case .embeddingInvalid: "embedding_invalid"
        case .galleryNotFound: "gallery_not_found"
        case .galleryExists: "gallery_exists"
        case .identityNotFound: "identity_not_found"
        case .faceNotFound: "face_id_not_found"
        case .faceExists: "face_id_exists"
        case .cropNotFound: "crop_not_found"
        case .modelMismatch: "model_mismatch"
        case .galleryChanged: "gallery_changed"
        case .vectorsTooLarge: "gallery_too_large"
        case .jobNotFound: "job_not_found"
        case .jobRunning: "job_running"
        case .jobFinished: "job_finished"
        case .keyNotFound: "key_not_found"
        case .importRefused(_, let reason): reason.code
        case .identityMetadataDiffers: "import_invalid"
        case .tooManyTransfers: "overloaded"
        case .databaseRefused(_, let fault): fault.code
        case .database(let error): error.word
        case .backupRefused(_, let fault): fault.code
        case .restoreRefused(_, let fault): fault.code
        case .embeddingsDamaged: "database_damaged"
        case .closed: "database_closed"
        }
    }
}

extension DatabaseFault {
    fileprivate var code: String {
        switch self {
        case .inUse: "database_in_use"
        case .notADatabase, .foreign: "database_foreign"
        case .damaged: "database_damaged"
        case .lostBesideLog: "database_lost"
        case .replaced: "database_replaced"
        case .linked: "database_linked"
        case .newerSchema: "database_newer_schema"
        case .migrationChanged: "database_migration_changed"
        case .inaccessible: "database_inaccessible"
        }
    }
}

extension SQLiteError {
    fileprivate var word: String {
        switch code {
        case _ where isFull: "database_full"
        case SQLITE_READONLY, SQLITE_PERM: "database_read_only"
        case SQLITE_CORRUPT, SQLITE_NOTADB: "database_damaged"
        case SQLITE_BUSY, SQLITE_LOCKED: "database_busy"
        case SQLITE_IOERR, SQLITE_CANTOPEN: "database_io"
        default: "database_error"
        }
    }
}
