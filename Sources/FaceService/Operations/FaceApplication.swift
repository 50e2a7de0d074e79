package import Gallery

/// The operations of the service, typed: the routes and the command line both call these.
package final class FaceApplication: Sendable {
    package let recognition: FaceRecognition
    package let store: GalleryStore
    package let jobs: JobRunner
    package let backups: BackupDesk
    package let configuration: Configuration
    /// Of every body but import streams.
    let bodyLimits: BodyLimits
    /// Of enrolments that refuse conflicts: between the look and the write no other one of the gallery may
    /// write.
    let conflicts = Turnstiles<GalleryName>()
    /// Nil where nothing here can invert.
    let inverter: LazyInverter?

    /// - Parameter inverter: called for the first inversion.
    package init(
        recognition: FaceRecognition, store: GalleryStore, configuration: Configuration,
        inverter: InverterFactory? = nil
    ) {
        self.recognition = recognition
        self.store = store
        self.configuration = configuration
        self.inverter = inverter.map { LazyInverter($0) }
        let ofAll = max(configuration.serverMaxBodiesBytes, configuration.serverMaxBodyBytes)
        bodyLimits = BodyLimits(
            bytes: configuration.serverMaxBodyBytes, budget: BodyBudget(bytes: ofAll))
        backups = BackupDesk(configuration)
        jobs = JobRunner(
            store: store, queueLimit: configuration.jobsQueueLimit, threads: configuration.jobsThreads,
            vectorByteLimit: configuration.jobsMaxVectorBytes)
    }

    /// Opens the database of the configuration and puts `analyzer` in front of it.
    ///
    /// - Parameters:
    ///   - inverter: what inverts, if anything here can.
    ///   - migrated: told from which step of the schema to which the database was brought up to date.
    ///   - report: told of errors of the store that no request is answered with.
    ///   - indexFailed: told why a gallery's index has to be read anew (`StoreOptions.indexFailed`).
    ///   - leavingOutDamaged: whether faces with damaged embeddings are left out of the searches instead of
    ///     refusing the database.
    package static func open(
        _ configuration: Configuration, analyzer: any FaceAnalyzing, inverter: InverterFactory? = nil,
        migrated: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
        observeWait: @escaping @Sendable (String, Double) -> Void = { _, _ in },
        report: @escaping @Sendable (any Error) -> Void = { _ in },
        indexFailed: @escaping @Sendable (GalleryName, any Error) -> Void = { _, _ in },
        leavingOutDamaged: Bool = false,
        loading: (@Sendable (LoadProgress) -> Void)? = nil
    ) async throws -> FaceApplication {
        try DataFolder.prepare(configuration)
        var options = StoreOptions()
        options.keepsCrops = configuration.galleriesKeepCrops
        options.migrated = migrated
        options.report = report
        options.indexFailed = indexFailed
        options.leavesOutDamaged = leavingOutDamaged
        let store = try await GalleryStore.open(
            path: configuration.databasePath, options: options, progress: loading)
        let recognition = FaceRecognition(
            analyzer: analyzer, configuration: configuration, observeWait: observeWait)
        return FaceApplication(
            recognition: recognition, store: store, configuration: configuration, inverter: inverter)
    }

    /// Ends the backup, the jobs, the queue and the store, in this order; nothing that was answered is lost.
    package func close() async {
        await backups.shutDown()
        await jobs.shutDown()
        await recognition.queue.shutDown()
        await store.close()
    }

    /// The contract that binds galleries to the recognizer at hand.
    package var modelContract: ModelContract { recognition.model.contract }

    /// The galleries that belong to another model than the recognizer at hand.
    package func foreignGalleries() async throws -> [GalleryRecord] {
        var foreign: [GalleryRecord] = []
        var page = PageRequest.first
        while true {
            let found = try await store.galleries(page)
            foreign += found.items.filter { !$0.model.matches(modelContract) }
            guard let next = found.next else { return foreign }
            page = try PageRequest(after: next)
        }
    }

    /// The gallery, if it belongs to the recognizer at hand; throws `model_mismatch` before any work is done
    /// for it.
    func usable(_ name: GalleryName) async throws -> GalleryTerms {
        let gallery = try await timed(.db) { try await store.terms(of: name) }
        guard gallery.model.matches(modelContract) else {
            throw GalleryError.modelMismatch(gallery: gallery.model, given: modelContract)
        }
        return gallery
    }
}
