import Encodings
import FaceService
import Gallery

/// `arcface enroll`.
enum EnrollCommand: Command {
    static let name = "enroll"
    static let summary = "Enrols a folder of folders, one an identity, into a gallery"
    static let discussion = """
        The gallery is created when it is new. An image that is there already is not added again, so a run that was
        broken off is simply repeated. An image without a face, or with several, is reported and passed over, and so is
        one that the limits below refuse. --on-conflict reject refuses a face that looks more like another identity.
        A folder whose name can be no identity's is named and skipped, and the status is then 1 in the end; files beside
        the folders, and folders within them, are named and skipped too. SIGINT and SIGTERM end the run after the images at
        hand (a batch, inference.batch_size) with the summary and status 130 or 143; a second one ends it at once.
        """
    static let operands = Operands.exactly(1, "DIR")
    static let options =
        ServiceOptions.models + [
            .value("--gallery", "G", "the gallery"),
            .value("--select", "largest", "take the largest face where there are several"),
            .flag("--aligned", "the images are aligned crops already"),
        ] + limits + [.flag("--json", "one object")]

    /// As the endpoint's options of the same names.
    private static let limits: [Option] = [
        .value("--on-conflict", "reject", "refuse a face that is nearer to another identity than to its own"),
        .value("--min-score", "S", "least detector score, 0 to 1"),
        .value("--min-size", "PX", "smaller faces do not count as faces of the image"),
        .value("--min-face-size", "PX", "least shorter side of the box"),
        .value("--min-sharpness", "V", "least variance of the crop's Laplacian"),
        .value("--max-yaw", "A", "degrees that the face is turned at most; so --max-pitch and --max-roll"),
        .value("--max-pitch", "A", "degrees"), .value("--max-roll", "A", "degrees"),
    ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let gallery = try ServiceOptions.gallery(arguments)
        let options = try EnrolOptions(arguments)
        let folders = try PersonFolders(at: arguments.operands[0])
        let configuration = try ServiceOptions.configuration(arguments)
        folders.skipped.forEach { console.note($0.text) }
        var summary = EnrollSummary(gallery: gallery.text, folders: folders)
        var failure: (any Error)?
        let signals = TerminationSignals()
        defer { signals.end() }
        if !folders.people.isEmpty {
            (summary, failure) = try await ServiceAccess.application(configuration, console, creating: true) {
                [summary] application in
                ServiceAccess.noteAssumptions(of: application.recognition.analyzer, console)
                _ = try await application.store.putGallery(gallery, model: application.modelContract)
                var run = FolderEnrolment(
                    application: application, gallery: gallery, options: options, console: console,
                    isStopped: { signals.received != nil }, summary: summary)
                let stop = await run.enrol(folders.people)
                return (run.summary, stop)
            }
        }
        // Images are left only where it stopped for the signal, or for an error.
        let signal = failure == nil && summary.left > 0 ? signals.received : nil
        summary.signal = signal.map(TerminationSignals.name)
        // What was done is told first: that the run broke off must not hide it.
        summary.rejected.forEach { console.note("\($0.file.shown): \($0.code): \($0.detail)") }
        console.print(arguments.has("--json") ? try JSONText.of(summary) : summary.text)
        if let failure { throw LateFailure(failure) }
        if let signal { return TerminationSignals.exitStatus(signal) }
        return summary.isGood ? 0 : 1
    }
}
