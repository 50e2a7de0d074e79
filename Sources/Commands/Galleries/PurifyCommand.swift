import Encodings
import FaceService
import Gallery
import SubCenter

/// `arcface purify`.
enum PurifyCommand: Command {
    static let name = "purify"
    static let summary =
        "Sets wrong faces of a gallery aside by sub-center ArcFace; the service puts them back"
    static let discussion = """
        Nothing is deleted: faces that are set aside leave every search and can be put back. In the service GET
        /admin/galleries/G/quarantine lists them, and POST /admin/galleries/G/restore puts those of a job back,
        {"job":"ID"} (--json prints its id), or single ones, {"face_ids":["ID"]}; docs/purification.md tells more.
        """
    static let options =
        ServiceOptions.models + [
            .value("--gallery", "G", "the gallery"),
            .value("--identity", "NAME", "only this identity; may stand several times", repeats: true),
            .value(
                "--method", "M",
                "evidence, kmeans, trained or paper (evidence; kmeans with one of the next three; docs/purification.md)"
            ),
            .value("--sub-centers", "K", "1 to 16 sub-centers an identity; not for evidence (3)"),
            .value(
                "--threshold-degrees", "A",
                "angle to the dominant center from which a face goes, over 0 to 180, or auto; evidence has its own (75)"
            ),
            .value(
                "--merge-degrees", "A", "sub-centers nearer than this are one; for kmeans and trained (60)"),
            .value("--seed", "N", "seed of the clustering (0)"), .flag("--dry-run", "report only"),
            .value("--plot", "FILE", "write the angles to the dominant centers, before and after, as SVG"),
            .flag("--json", "the job, as GET /admin/jobs/{j} answers"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let gallery = try ServiceOptions.gallery(arguments)
        let request = try request(arguments)
        let file = arguments.string("--plot").map { OutputFile(path: $0) }
        try file?.check()
        let configuration = try ServiceOptions.configuration(arguments)
        return try await ServiceAccess.application(configuration, console) { application in
            let job = try await application.jobs.purify(gallery, request)
            let ended = try await application.jobs.wait(for: job.id) { progress in
                console.progress("purify: \((progress * 100).fixed(0)) %")
            }
            console.endProgress()
            // What was done is told first: a plot that can't be written must not hide it.
            let isDone = ended.record.state == .succeeded
            if arguments.has("--json") {
                console.print(ended.json.jsonText())
            } else if isDone {
                console.print(text(ended))
            } else {
                console.note("\(ended.record.state.rawValue): \(ended.record.error ?? "no reason given")")
            }
            if let file, let plot = plot(ended, title: gallery.text) {
                try LateFailure.wrapping { try file.write(plot.svg()) }
            }
            return isDone ? 0 : 1
        }
    }

    private static func request(_ arguments: ParsedArguments) throws -> PurifyRequest {
        let options = ["sub_centers", "threshold_degrees", "merge_degrees"]
        var request = PurifyRequest(
            method: try method(arguments), given: Set(options.filter { arguments.has(optionName($0)) }),
            isAuto: arguments.string("--threshold-degrees") == "auto")
        request.isDryRun = arguments.has("--dry-run")
        request.parameters.subCenters =
            try arguments.int("--sub-centers", in: 1...16) ?? request.parameters.subCenters
        request.parameters.mergeDegrees =
            try arguments.double("--merge-degrees", in: 0...180) ?? request.parameters.mergeDegrees
        request.parameters.seed = UInt64(try arguments.int("--seed", in: 0...Int.max) ?? 0)
        if arguments.string("--threshold-degrees") == "auto" {
            request.parameters.threshold = .auto
        } else if let degrees = try arguments.double("--threshold-degrees", in: 0...180) {
            request.parameters.threshold = .fixed(degrees)
        }
        let identities = try arguments.strings("--identity").map { try IdentityName($0) }
        if !identities.isEmpty { request.identities = identities }
        try check(request)
        return request
    }

    /// What is wrong with the parameters is wrong with the command line.
    private static func check(_ request: PurifyRequest) throws {
        do throws(PurifyError) {
            try request.validate()
        } catch .invalidParameter(let field, let value, let allowed) {
            throw UsageError("\(optionName(field)) is \(value), allowed is \(allowed)")
        } catch .unusedParameter(let field, let method) {
            throw UsageError("\(optionName(field)) means nothing to the method \(method.rawValue)")
        }
    }

    /// The option for a parameter of the HTTP interface.
    private static func optionName(_ field: String) -> String {
        "--" + field.replacing("_", with: "-")
    }

    /// Nil where none is named.
    private static func method(_ arguments: ParsedArguments) throws(UsageError) -> PurifyMethod? {
        guard let name = arguments.string("--method") else { return nil }
        guard let method = PurifyMethod(rawValue: name) else {
            let known = PurifyMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--method '\(name)' is not known; there are \(known)")
        }
        return method
    }

    /// Nil where the job has no report.
    private static func plot(_ job: JobAnswer, title: String) -> HistogramPlot? {
        guard let report = job.json["report"], let angles = report["angles"] else { return nil }
        func counts(_ name: String) -> [Int] { angles[name]?.arrayValue?.compactMap(\.integerValue) ?? [] }
        let (faces, quarantined) = (
            report["faces"]?.integerValue ?? 0, report["quarantined"]?.integerValue ?? 0
        )
        return HistogramPlot(
            title: title, subtitle: "\(faces.grouped) faces, \(quarantined.grouped) of them set aside",
            range: 0...180, xLabel: "degrees to the dominant center", yLabel: "faces",
            series: [
                .counts("kept", counts("after")),
                .counts("set aside", zip(counts("before"), counts("after")).map { $0 - $1 }),
            ])
    }

    /// Where the threshold came from, unless it was given.
    private static func threshold(_ report: JSONValue) -> String {
        let degrees = (report["threshold_degrees"]?.doubleValue ?? 0).fixed(1)
        switch report["threshold_source"]?.stringValue {
        case "auto": return "; threshold \(degrees) degrees, found in the gallery"
        case "default":
            return "; threshold \(degrees) degrees by default: the gallery has too few scores to find its own"
        default: return ""
        }
    }

    private static func text(_ job: JobAnswer) -> String {
        let report = job.json["report"]
        func count(_ key: String) -> Int { report?[key]?.integerValue ?? 0 }
        return "\(count("identities")) identities, \(count("faces")) faces: \(count("kept")) kept, "
            + "\(count("quarantined")) set aside, \(count("ambiguous")) identities ambiguous and left alone"
            + (report.map(threshold) ?? "")
    }
}
