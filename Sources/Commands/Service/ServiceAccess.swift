import FaceService
import Gallery

/// The service without its sockets: models loaded, database open, both closed again at the end.
enum ServiceAccess {
    /// Runs `body` with the models alone.
    static func recognition<R>(
        _ configuration: Configuration, _ body: (FaceRecognition) async throws -> R
    ) async throws -> R {
        let analyzer = try FaceRecognition.analyzer(for: configuration)
        let recognition = FaceRecognition(analyzer: analyzer, configuration: configuration)
        let result = await Result { try await body(recognition) }
        await recognition.queue.shutDown()
        return try result.get()
    }

    /// Runs `body` with models and galleries. Where it brings the database up to date, it says so.
    ///
    /// - Parameters:
    ///   - creating: whether a database is made where there is none. A command that works with what is there
    ///     makes none: a mistyped folder is told and not filled.
    ///   - leavingOutDamaged: whether a database with damaged embeddings is opened all the same, without
    ///     those faces.
    static func application<R>(
        _ configuration: Configuration, _ console: Console, creating: Bool = false,
        leavingOutDamaged: Bool = false,
        _ body: (FaceApplication) async throws -> R
    ) async throws -> R {
        if !creating { try configuration.requireDatabase() }
        let analyzer = try FaceRecognition.analyzer(for: configuration)
        let application = try await FaceApplication.open(
            configuration, analyzer: analyzer, migrated: { noteMigration(from: $0, to: $1, console) },
            leavingOutDamaged: leavingOutDamaged)
        // A person at a terminal is told that the disk is full, and does not wait until it is not.
        application.jobs.endOnce()
        let result = await Result { try await body(application) }
        await application.close()
        return try result.get()
    }

    /// Says that the database is of a newer schema now, which older versions refuse.
    static func noteMigration(from old: Int, to new: Int, _ console: Console) {
        console.note("upgraded the database from step \(old) to \(new)")
    }

    /// Says of which models only a convention is assumed, for the commands that store what the models answer.
    static func noteAssumptions(of analyzer: any FaceAnalyzing, _ console: Console) {
        for model in [analyzer.detector, analyzer.recognizer] {
            if let assumption = model.assumption { console.note(assumption) }
        }
    }
}

extension Result where Failure == any Error {
    /// The outcome of an asynchronous body.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
