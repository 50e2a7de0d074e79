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
                return await enrol(
                    folders.people, in: gallery, options, application, summary, console,
                    isStopped: { signals.received != nil })
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

    /// Everybody's images, up to the first error that is not an image's own, or until `isStopped`.
    private static func enrol(
        _ people: [PersonFolders.Person], in gallery: GalleryName, _ options: EnrolOptions,
        _ application: FaceApplication, _ start: EnrollSummary, _ console: Console, isStopped: () -> Bool
    ) async -> (EnrollSummary, (any Error)?) {
        defer { console.endProgress() }
        var summary = start
        for (index, person) in people.enumerated() {
            do {
                try await enrol(person, in: gallery, options, application, &summary, isStopped)
            } catch {
                summary.error = "\(error)"
                return (summary, error)
            }
            if isStopped() { break }
            console.progress("enrol: \(index + 1) of \(people.count) identities, \(summary.enrolled) faces")
        }
        return (summary, nil)
    }

    /// One person's images in batches, so that a person of thousands does not fill the memory.
    private static func enrol(
        _ person: PersonFolders.Person, in gallery: GalleryName, _ options: EnrolOptions,
        _ application: FaceApplication, _ summary: inout EnrollSummary, _ isStopped: () -> Bool
    ) async throws {
        let limit = application.configuration.decodeMaxImageBytes
        let batch = max(1, application.configuration.inferenceBatchSize)
        let before = summary.enrolled + summary.duplicates
        defer { if summary.enrolled + summary.duplicates > before { summary.identities += 1 } }
        for start in stride(from: 0, to: person.files.count, by: batch) {
            // What is written is written, and the next run goes on from there.
            if isStopped() { return }
            let end = min(start + batch, person.files.count)
            var files: [String] = []
            var inputs: [FaceInput] = []
            for file in person.files[start..<end] {
                do {
                    inputs.append(.image(try FileBytes.image(file, limit: limit)))
                    files.append(file)
                } catch {
                    summary.rejected.append(
                        .init(file: file, code: error.code.rawValue, detail: error.reason))
                }
            }
            try await enrol(inputs, files, person.identity, gallery, options, application, &summary)
            summary.left -= end - start
        }
    }

    private static func enrol(
        _ inputs: [FaceInput], _ files: [String], _ identity: IdentityName, _ gallery: GalleryName,
        _ options: EnrolOptions, _ application: FaceApplication, _ summary: inout EnrollSummary
    ) async throws {
        guard !inputs.isEmpty else { return }
        do {
            let answer = try await application.enrol(inputs, as: identity, in: gallery, options)
            summary.enrolled += answer.faces.count { !$0.isDuplicate }
            summary.duplicates += answer.faces.count { $0.isDuplicate }
            summary.rejected += answer.rejected.map { rejection in
                .init(
                    file: files[rejection.index], code: rejection.problem.code.rawValue,
                    detail: optionNames(rejection.problem.detail))
            }
        } catch let problem as Problem {
            guard let rejections = rejections(of: problem, files) else { throw problem }
            summary.rejected += rejections
        }
    }

    /// When every image of a batch is refused the refusals stand in the problem itself, whatever its status;
    /// nil where it is not about the images.
    private static func rejections(of problem: Problem, _ files: [String]) -> [EnrollSummary.Rejection]? {
        problem.json["rejected"]?.arrayValue?.map { entry in
            .init(
                file: files[entry["index"]?.integerValue ?? 0],
                code: entry["code"]?.stringValue ?? problem.code.rawValue,
                detail: optionNames(entry["detail"]?.stringValue ?? problem.detail))
        }
    }

    /// What the service advises, in the words of this command.
    private static func optionNames(_ detail: String) -> String {
        detail.replacing("select=largest", with: "--select largest")
    }
}
