import Encodings
import FaceService
import Foundation
import Gallery
import SubCenter

/// `arcface calibrate`.
enum CalibrateCommand: Command {
    static let name = "calibrate"
    static let summary = "Finds the thresholds of a gallery from its own faces"
    static let discussion = """
        Every two photographs of the gallery are compared; what different people score against each other gives the
        threshold for a false match rate, what one person's photographs score the share of matches that is left. A
        rate for which there are too few trials gets no threshold. Purify first: wrong faces score like strangers.
        """
    static let options =
        ServiceOptions.models + [
            .value("--gallery", "G", "the gallery"),
            .value("--apply", "RATE", "make the threshold for this false match rate the gallery's, as 1e-3"),
            .flag("--clear", "only put the model's own threshold in force again"),
            .value("--seed", "N", "draws the photographs where there are too many to take all (0)"),
            .value("--plot", "FILE", "write the histograms of the scores as SVG"),
            .flag("--json", "the job, as GET /admin/jobs/{j} answers"),
        ]

    /// What `--clear --json` prints.
    private struct Cleared: Encodable {
        let gallery: String
        let cleared = true
    }

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let gallery = try ServiceOptions.gallery(arguments)
        try checkClear(arguments)
        var request = CalibrateRequest()
        request.apply = try arguments.double("--apply", in: CalibrateRequest.rates)
        request.seed = UInt64(try arguments.int("--seed", in: 0...Int.max) ?? 0)
        let file = arguments.string("--plot").map { OutputFile(path: $0) }
        try file?.check()
        let configuration = try ServiceOptions.configuration(arguments)
        return try await ServiceAccess.application(configuration, console) { [request] application in
            if arguments.has("--clear") {
                try await application.store.clearThreshold(of: gallery)
                console.print(
                    arguments.has("--json")
                        ? try JSONText.of(Cleared(gallery: gallery.text))
                        : "\(gallery.text): the model's threshold is in force")
                return 0
            }
            let job = try await application.jobs.calibrate(gallery, request)
            let ended = try await application.jobs.wait(for: job.id) { progress in
                console.progress("calibrate: \((progress * 100).fixed(0)) %")
            }
            console.endProgress()
            let report = CalibrationText(ended.json["report"])
            if arguments.has("--json") {
                console.print(ended.json.jsonText())
            } else {
                if let report { console.print(report.text) }
                if let error = ended.record.error { console.note("\(ended.record.state.rawValue): \(error)") }
            }
            // What was done is told first: a plot that can't be written must not hide it.
            if let file, let plot = report?.plot(title: gallery.text) {
                try LateFailure.wrapping { try file.write(plot.svg()) }
            }
            return ended.record.state == .succeeded ? 0 : 1
        }
    }

    /// Nothing is measured where a threshold is only taken away.
    private static func checkClear(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has("--clear") else { return }
        for option in ["--apply", "--seed", "--plot"] where arguments.has(option) {
            throw UsageError("option \(option) does not go with --clear")
        }
    }
}
