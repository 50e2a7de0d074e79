import Encodings
package import Gallery
import Locks
import SubCenter

extension JobRunner {
    /// Puts a calibration in the queue; throws `job_running` when the gallery has a job that is not over.
    package func calibrate(_ gallery: GalleryName, _ request: CalibrateRequest) async throws -> JobRecord {
        try await enqueue(.calibrate, on: gallery, request.json) { [self] id in
            try await calibrate(id, gallery, request)
        }
    }

    /// Reading takes about this share of a calibration.
    private static let readingShare = 0.2
    /// Identities read at a time: a reader that is busy for long would keep searches waiting.
    private static let batch = 64

    private func calibrate(_ id: JobID, _ gallery: GalleryName, _ request: CalibrateRequest) async throws {
        let start = ContinuousClock.now
        let record = try await store.gallery(gallery, of: id)
        let sample = try await sample(id, record, request.parameters)
        let calibration = try await onThread { [board] in
            try Calibrator(sample).calibrate(
                progress: { done in
                    board.setProgress(Self.readingShare + (1 - Self.readingShare) * done, of: id)
                }, isCancelled: { board.isCancelled(id) })
        }
        let point = request.apply.flatMap { calibration.point(at: $0) }
        let answer = CalibrationAnswer(
            calibration, applied: point, before: record.threshold,
            seconds: (ContinuousClock.now - start).inSeconds)
        let report = try JSONObjectText(answer.json.jsonText(), limit: Self.textLimit)
        let summary = try JSONObjectText(answer.summary.jsonText())
        guard let point else {
            _ = try await store.finishJob(id, .succeeded(report: report, summary: summary))
            return
        }
        guard case .threshold(let found) = point.outcome else {
            throw JobFailure(
                reason: "nothing was applied: \(point.shortage ?? "")", report: report, summary: summary)
        }
        try await store.setThreshold(
            found.similarity, falseMatchRate: point.falseMatchRate, trials: point.trials, of: gallery,
            model: record.model, job: id, report: report, summary: summary)
    }

    private func sample(
        _ id: JobID, _ gallery: GalleryRecord, _ parameters: CalibrationParameters
    ) async throws -> CalibrationSample {
        let counts = try await store.searchedFaceCounts(in: gallery.name, for: id)
        let plan = CalibrationPlan(counts.map { .init(name: $0.identity.text, faces: $0.faces) }, parameters)
        let names = plan.identities.map { IdentityName(stored: $0.name) }
        let sample = Locked(CalibrationSample(plan, dimension: gallery.model.dimension))
        for start in stride(from: 0, to: names.count, by: Self.batch) {
            let batch = Array(names[start..<min(start + Self.batch, names.count)])
            let sets = try await store.searchedFaces(
                of: batch, in: gallery.name, for: id, atMost: plan.facesEach)
            try await onThread { [board] in
                // In place: a copy of what is gathered so far would be made each time otherwise.
                try sample.withLock { sample in
                    for set in sets {
                        try sample.add(EnrolledIdentity(set), isCancelled: { board.isCancelled(id) })
                    }
                }
            }
            board.setProgress(Self.readingShare * Double(start + batch.count) / Double(names.count), of: id)
        }
        return sample.withLock { $0 }
    }
}
