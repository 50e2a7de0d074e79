extension GalleryError: CustomStringConvertible {
    /// One sentence for a person. Names and ids only: no vector, no metadata, no bound value.
    package var description: String {
        switch self {
        case .nameInvalid(let subject, let reason):
            "this can't be the name of \(subject == .identity ? "an" : "a") \(subject.noun): \(reason)"
        case .metadataInvalid(let reason): "the metadata can't be kept: \(reason)"
        case .embeddingInvalid(let fault): "the embedding can't be used: \(fault)"
        case .detailsInvalid(let reason): "the face's details can't be kept: \(reason)"
        case .limitInvalid(let given, let allowed):
            "limit must be between \(allowed.lowerBound) and \(allowed.upperBound), not \(given)"
        case .cursorInvalid: "the cursor is not one that this list gave out"
        case .galleryNotFound(let name): "there is no gallery \(name)"
        case .galleryExists(let name): "there is a gallery \(name) already"
        case .identityNotFound(let identity, let gallery): "gallery \(gallery) has no identity \(identity)"
        case .faceNotFound(let faces, let gallery):
            "gallery \(gallery) has no face " + Self.list(faces)
        case .faceExists(let face, let gallery): "gallery \(gallery) has a face \(face) already"
        case .cropNotFound(let face): "no crop is kept of face \(face)"
        case .modelMismatch(let gallery, let given):
            "the gallery was made with \(gallery.differences(from: given).joined(separator: "; ")) (its model is "
                + "\(gallery.name), this is \(given.name)); `arcface reembed` moves a gallery to another model"
        case .galleryChanged(let name):
            "gallery \(name) was changed while it was embedded anew; it is as it was, try again"
        case .vectorsTooLarge(let bytes, let limit):
            "the gallery's vectors take \(bytes) bytes, \(limit) are allowed"
        case .jobNotFound(let job): "there is no job \(job)"
        case .jobRunning(let job, let gallery):
            "gallery \(gallery) has job \(job) under way and takes one at a time"
        case .jobFinished(let job): "job \(job) is over"
        case .keyNotFound(let key): "there is no key \(key)"
        case .importRefused(let line, let reason): "line \(line): \(reason)"
        case .identityMetadataDiffers(let line):
            "it states other metadata of its identity than line \(line)"
        case .tooManyTransfers(let limit): "\(limit) exports and imports are under way, which is the limit"
        case .databaseRefused(let path, let fault): "\(path) can't be the database: \(fault.sentence)"
        case .database(let error):
            "the database answered: \(error.message) (SQLite code \(error.extendedCode))"
        case .backupRefused(let folder, let fault): fault.sentence(folder: folder)
        case .restoreRefused(let file, let fault): fault.sentence(file: file)
        case .embeddingsDamaged(let embeddings): Self.sentence(embeddings)
        case .closed: "the database is closed"
        }
    }

    /// Stands in the log of a start that failed, so without the identity's name.
    private static func sentence(_ embeddings: DamagedEmbeddings) -> String {
        guard let first = embeddings.listed.first else { return "no embedding is damaged" }
        let place = "that of face \(first.face) in gallery \(first.gallery): \(first.fault)"
        return
            (embeddings.count == 1
            ? "a stored embedding is damaged, \(place)"
            : "\(embeddings.count) stored embeddings are damaged, the first is \(place)")
            + "; `arcface check` lists all"
    }

    private static func list(_ faces: [FaceID]) -> String {
        let shown = faces.prefix(5).map(\.text).joined(separator: ", ")
        return faces.count > 5 ? "\(shown) and \(faces.count - 5) more" : shown
    }
}

extension NameSubject {
    fileprivate var noun: String {
        switch self {
        case .gallery: "gallery"
        case .identity: "identity"
        case .key: "key"
        }
    }
}

extension EmbeddingFault: CustomStringConvertible {
    /// Half a sentence for a person.
    package var description: String {
        switch self {
        case .dimension(let expected, let given): "it must have \(expected) numbers, not \(given)"
        case .notFinite: "it holds a number that is not finite"
        case .norm(let norm): "its length must be 1, not \(Float(norm))"
        case .notFloats(let bytes): "its \(bytes) bytes are no whole number of floats"
        }
    }
}

extension DatabaseFault {
    fileprivate var sentence: String {
        switch self {
        case .inUse(.some(let process)): "it is in use by process \(process)"
        case .inUse(nil): "it is in use by another process"
        case .notADatabase: "it is not a SQLite file"
        case .lostBesideLog:
            "it is missing or empty, but its write-ahead log (-wal) is there and may hold what was written last; put the "
                + "database back, or move the log away"
        case .replaced: "it was replaced or taken away while it was in use; nothing was written"
        case .linked(let names):
            "it has \(names) names (hard links), and SQLite keeps a write-ahead log for each of them: what is written "
                + "under one is lost or damaged under another; remove the other names, or make a copy"
        case .foreign(let id): "it is another program's SQLite file (application id \(id))"
        case .damaged(let finding): "it is damaged (\(finding))"
        case .newerSchema(let found, let known):
            "a newer version wrote it (its schema is at step \(found), this version knows \(known))"
        case .migrationChanged(let number, let name):
            "its schema step \(number), \(name), is not the one that this version knows"
        case .inaccessible(let reason, _): reason
        }
    }
}
