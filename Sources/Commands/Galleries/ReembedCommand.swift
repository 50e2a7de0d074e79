import Encodings
import FaceService
import Foundation
import Gallery

/// `arcface reembed`.
enum ReembedCommand: Command {
    static let name = "reembed"
    static let summary = "Moves a gallery to another model: new embeddings from the stored crops"
    static let discussion = """
        A gallery belongs to the recogniser that made its embeddings. This makes them anew with the one that is
        configured (--recognizer) and binds the gallery to it, in one step at the end: until then, and when it is
        interrupted (SIGINT: status 130, SIGTERM: 143), the gallery stays as it was. The service must not run
        meanwhile; a backup of the database beforehand does no harm. Faces that were set aside stay so. A threshold
        that was set for the gallery goes. A face without a usable crop cannot be moved: all such faces are listed and
        nothing is changed, unless --keep-rest-in names a new gallery, where they stay with their old embeddings and
        the old model.
        """
    static let options =
        ServiceOptions.models + [
            .value("--gallery", "G", "the gallery"),
            .value("--keep-rest-in", "G", "new gallery for the faces that cannot be embedded anew"),
            .flag(
                "--partial-crops", "also use crops that show less than the model looks at, black at the edges"
            ),
            .flag("--json", "one object"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let gallery = try ServiceOptions.gallery(arguments)
        var options = FaceApplication.ReembedOptions()
        options.takesPartialCrops = arguments.has("--partial-crops")
        options.restGallery = try arguments.string("--keep-rest-in").map { name throws(UsageError) in
            do throws(GalleryError) { return try GalleryName(name) } catch {
                throw UsageError("--keep-rest-in: \(error)")
            }
        }
        let configuration = try ServiceOptions.configuration(arguments)
        let signals = TerminationSignals()
        defer { signals.end() }
        do {
            let answer = try await ServiceAccess.application(configuration, console) {
                [options] application in
                ServiceAccess.noteAssumptions(of: application.recognition.analyzer, console)
                return try await run(gallery, options, application, console, signals)
            }
            console.endProgress()
            answer.rest.forEach { console.note(line($0)) }
            console.print(arguments.has("--json") ? answer.json.jsonText() : text(answer))
            return 0
        } catch let refusal as ReembedRefusal {
            refusal.rest.forEach { console.note(line($0)) }
            throw CommandFailure(
                "\(refusal); --keep-rest-in NAME leaves them in a gallery of the old model"
                    + (refusal.rest.contains { $0.reason == .partial }
                        ? ", --partial-crops uses part crops" : ""))
        } catch is CancellationError {
            console.endProgress()
            console.note("arcface reembed: interrupted; the gallery \(gallery.text) is as it was")
            return TerminationSignals.exitStatus(signals.received ?? SIGINT)
        }
    }

    /// A first SIGINT or SIGTERM gives the work up in good order.
    private static func run(
        _ gallery: GalleryName, _ options: FaceApplication.ReembedOptions, _ application: FaceApplication,
        _ console: Console, _ signals: TerminationSignals
    ) async throws -> ReembedAnswer {
        let work = Task {
            try await application.reembed(gallery, options) { done, total in
                console.progress("reembed: \(done) of \(total) faces")
            }
        }
        let watch = Task {
            await signals.first()
            if signals.received != nil { work.cancel() }
        }
        defer { watch.cancel() }
        return try await work.value
    }

    private static func line(_ face: ReembedAnswer.Rest) -> String {
        "\(face.id.text) of \(face.identity.text): \(face.reason.rawValue)"
    }

    private static func text(_ answer: ReembedAnswer) -> String {
        guard !answer.wasThere else { return "\(answer.gallery) belongs to \(answer.to.name) already" }
        let (from, to) = (answer.from, answer.to.contract)
        var text = "\(answer.gallery): \(answer.reembedded) faces moved from \(from.name)"
        text +=
            from.precision == to.precision
            ? " to \(to.name)" : " in \(from.precision) to \(to.name) in \(to.precision)"
        if let rest = answer.restGallery { text += ", \(answer.rest.count) stay in \(rest.text)" }
        if let threshold = answer.clearedThreshold {
            text += "; the threshold \(threshold.fixed(4)) was the old model's and is gone"
        }
        return text
    }
}
