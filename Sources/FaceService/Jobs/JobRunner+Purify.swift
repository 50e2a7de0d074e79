import Encodings
import Foundation
import Gallery
import Kernels
import SubCenter

extension JobRunner {
    /// The work of a purification: reads, judges, writes. Cancelled at any stage it changes nothing.
    func purify(_ id: JobID, _ gallery: GalleryName, _ request: PurifyRequest) async throws {
        let start = ContinuousClock.now
        let isCancelled: @Sendable () -> Bool = { [board] in board.isCancelled(id) }
        let sets = try await store.identitySets(
            in: gallery, for: id, byteLimit: vectorByteLimit, isCancelled: isCancelled)
        guard let sets else { throw PurifyError.cancelled }
        let answer = try await onThread { [board, threads] in
            let purifier = Purifier(pool: threads > 1 ? WorkerPool(threads: threads) : nil)
            var purification = try purifier.purify(
                sets.map(EnrolledIdentity.init), parameters: request.parameters,
                progress: { board.setProgress($0, of: id) }, isCancelled: isCancelled)
            purification.report.seconds = (ContinuousClock.now - start).inSeconds
            return PurificationAnswer(purification, isDryRun: request.isDryRun)
        }
        let report = try JSONObjectText(answer.jsonText(), limit: Self.textLimit)
        let summary = try JSONObjectText(answer.summary.jsonText())
        if request.isDryRun {
            _ = try await store.finishJob(id, .succeeded(report: report, summary: summary))
        } else {
            _ = try await store.applyQuarantine(
                answer.purification.quarantine.map(Gallery.QuarantineDecision.init), in: gallery, job: id,
                report: report, summary: summary, isCancelled: isCancelled)
        }
        board.setProgress(1, of: id)
    }
}

extension EnrolledIdentity {
    init(_ set: EnrolledIdentitySet) {
        self.init(
            name: set.identity.text, faces: set.faces.map { .init(id: $0.id.text, embedding: $0.embedding) })
    }
}

extension Gallery.QuarantineDecision {
    /// Names and ids come from the gallery itself.
    fileprivate init(_ decision: SubCenter.QuarantineDecision) {
        self.init(
            face: FaceID(decision.faceID)!, reason: .init(decision.reason),
            angle: Float(decision.angleDegrees),
            nearest: decision.nearest.map { IdentityName(stored: $0.name) },
            nearestAngle: decision.nearest.map { Float($0.angleDegrees) },
            moveTo: decision.moveTo.map { IdentityName(stored: $0) })
    }
}

extension QuarantineRecord.Reason {
    fileprivate init(_ reason: QuarantineReason) {
        switch reason {
        case .nonDominant: self = .nonDominant
        case .beyondThreshold: self = .beyondThreshold
        }
    }
}
