import Faces
package import Gallery
import Imaging

extension FaceApplication {
    /// How `reembed` goes about faces that the new model cannot embed.
    package struct ReembedOptions: Sendable {
        /// Crops that show less than the new model looks at are used too, black where they end.
        package var takesPartialCrops = false
        /// The gallery to make, with the old model, for the faces that cannot be embedded; nil refuses them.
        package var restGallery: GalleryName?

        package init() {}
    }

    /// Makes the embeddings of a gallery anew from its stored crops, with the recognizer at hand, and binds
    /// it to that. Nothing changes before the end, and then everything in one transaction.
    ///
    /// - Parameter progress: told the faces done and how many there are.
    /// - Throws: ``ReembedRefusal`` with every face that has no usable crop, before any is embedded, unless
    ///   `options` say where they go; `GalleryError`.
    package func reembed(
        _ name: GalleryName, _ options: ReembedOptions = ReembedOptions(),
        progress: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> ReembedAnswer {
        let gallery = try await store.gallery(name)
        var answer = ReembedAnswer(gallery: gallery, model: recognition.model)
        guard !gallery.model.matches(modelContract) else { return answer }
        let work = try await store.beginReembedding(name, to: modelContract)
        do {
            answer.rest = try await survey(work, options)
            if !answer.rest.isEmpty, options.restGallery == nil {
                throw ReembedRefusal(gallery: name, faces: gallery.faces, rest: answer.rest)
            }
            answer.restGallery = answer.rest.isEmpty ? nil : options.restGallery
            answer.reembedded = try await embed(
                work, without: Set(answer.rest.map(\.id)), options, progress)
            try Task.checkCancellation()
            try await timed(.db) { try await work.commit(keepingRestIn: answer.restGallery) }
        } catch {
            await work.cancel()
            throw error
        }
        answer.wasThere = false
        return answer
    }

    /// Faces that are read at a time: what bounds the memory.
    private static let page = 64

    /// Gives `body` every face of the gallery, a page at a time, in order of enrolment.
    private func eachPage(
        of work: GalleryReembedding, _ body: ([GalleryReembedding.Source]) async throws -> Void
    ) async throws {
        var last: GalleryReembedding.Source?
        while true {
            try Task.checkCancellation()
            let page = try await work.sources(after: last, limit: Self.page)
            guard let newest = page.last else { return }
            last = newest
            try await body(page)
        }
    }

    /// Goes through all crops without running a network: which faces have none that could be used.
    private func survey(
        _ work: GalleryReembedding, _ options: ReembedOptions
    ) async throws -> [ReembedAnswer.Rest] {
        var rest: [ReembedAnswer.Rest] = []
        try await eachPage(of: work) { sources in
            let found = try await recognition.queue.admitted {
                try await recognition.onWorker { [recognition] _ in
                    try sources.map { try Self.obstacle($0, options, recognition) }
                }
            }
            var left: [GalleryReembedding.Source] = []
            for (source, reason) in zip(sources, found) {
                guard let reason else { continue }
                left.append(source)
                rest.append(.init(id: source.id, identity: source.identity, reason: reason))
            }
            try await work.setRest(left)
        }
        return rest
    }

    /// Why a face cannot be embedded by the recognizer at hand.
    private static func obstacle(
        _ source: GalleryReembedding.Source, _ options: ReembedOptions, _ recognition: FaceRecognition
    ) throws -> ReembedAnswer.Reason? {
        guard let crop = source.crop else { return .noCrop }
        let image: SourceImage
        do throws(ImagingError) {
            image = try SourceImage(bytes: crop, limits: recognition.decodeLimits)
            _ = try image.decode()
        } catch {
            return .unreadable
        }
        let geometry = geometry(source, image)
        guard geometry.width == image.width, geometry.height == image.height else { return .wrongSize }
        guard !options.takesPartialCrops else { return nil }
        return try recognition.analyzer.aligner.isCovered(by: geometry) ? nil : .partial
    }

    /// How the crop was cut; one of a model that tells no size and template was cut by ArcFace's.
    private static func geometry(
        _ source: GalleryReembedding.Source, _ image: SourceImage
    ) -> CropGeometry {
        CropGeometry(preprocessing: source.geometry)
            ?? CropGeometry(width: image.width, height: image.height)
    }

    /// Embeds every face but `rest`, a page at a time; how many there were.
    private func embed(
        _ work: GalleryReembedding, without rest: Set<FaceID>, _ options: ReembedOptions,
        _ progress: @Sendable (Int, Int) -> Void
    ) async throws -> Int {
        let total = work.gallery.faces - rest.count
        var done = 0
        try await eachPage(of: work) { page in
            let sources = page.filter { !rest.contains($0.id) }
            let faces = try await recognition.queue.admitted {
                try await mapConcurrently(sources, width: recognition.queue.limits.workers) { source in
                    let crop = try await self.recut(source)
                    return try await self.recognition.queue.embed([crop])[0]
                }
            }
            try await work.stage(
                zip(sources, faces).map {
                    .init($0, embedding: $1.embedding.vector, norm: $1.embedding.norm)
                })
            done += sources.count
            progress(done, total)
        }
        return done
    }

    private func recut(_ source: GalleryReembedding.Source) async throws -> AlignedCrop {
        try await recognition.onWorker { [analyzer = recognition.analyzer, recognition] _ in
            // The survey has seen that there is one.
            let image = try SourceImage(bytes: source.crop ?? [], limits: recognition.decodeLimits)
            return try analyzer.aligner.recut(try image.decode(), from: Self.geometry(source, image))
        }
    }
}
