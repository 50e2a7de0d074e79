import FaceService
import Faces
import Foundation
import SubCenter

/// `arcface evaluate`.
enum EvaluateCommand: Command {
    static let name = "evaluate"
    static let summary = "Measures verification accuracy by the LFW protocol"
    static let discussion = """
        --images is a folder of folders as LFW's (NAME/NAME_0001.jpg), --pairs a list in the format of its pairs.txt.
        With folds in the list the threshold of each is the one that is best on the others; without, the best
        threshold of all pairs is reported with its accuracy. A pair with a face not found counts as different.
        """
    static let options =
        ServiceOptions.models + [
            .value("--images", "DIR", "the photographs"), .value("--pairs", "FILE", "the pairs"),
            .value("--plot", "FILE", "write the ROC curve as SVG"),
            .value("--threads", "T", "images in work at once (all cores)"), .flag("--json", "one object"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        let folder = try arguments.required("--images")
        let pairs = try PairsFile(at: try arguments.required("--pairs"))
        let threads =
            try arguments.int("--threads", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        let embeddings = try ImageEmbeddings(
            configuration: ServiceOptions.configuration(arguments), threads: threads)
        let images = Array(Set(pairs.pairs.flatMap { [$0.first, $0.second] })).sorted {
            $0.relativePath < $1.relativePath
        }
        let start = ContinuousClock.now
        let vectors = try embeddings.embed(images.map { folder + "/" + $0.relativePath }) { done in
            if done % 20 == 0 { console.progress("evaluate: \(done) of \(images.count) images") }
        }
        console.endProgress()
        let seconds = (ContinuousClock.now - start).seconds
        let trials = trials(of: pairs, Dictionary(uniqueKeysWithValues: zip(images, vectors)))
        guard
            let report = Evaluation(
                trials: trials, of: pairs, facesNotFound: vectors.count { $0 == nil }, images: images.count,
                seconds: seconds)
        else { throw CommandFailure("the list has no pairs") }
        if let file = arguments.string("--plot") {
            try FileBytes.write(ROCPlot(metrics: VerificationMetrics(trials), title: "ROC").svg(), to: file)
        }
        console.print(arguments.has("--json") ? try JSONText.of(report) : report.text)
        return 0
    }

    private static func trials(of file: PairsFile, _ vectors: [PairImage: [Float]?]) -> [VerificationTrial] {
        file.pairs.map { pair in
            guard let first = vectors[pair.first] ?? nil, let second = vectors[pair.second] ?? nil else {
                return .faceNotFound(same: pair.same)
            }
            return VerificationTrial(
                similarity: zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }, same: pair.same)
        }
    }
}

extension Evaluation {
    /// The report in lines for a person.
    var text: String {
        let deviation = accuracyDeviation.map { " +- \(($0 * 100).fixed(2))" } ?? ""
        let protocolName = folds > 0 ? "\(folds) folds" : "best threshold"
        let rates = Self.falseAcceptRates.map { name, _ in
            let rate = (trueAcceptRates[name] ?? nil).map { ($0 * 100).fixed(2) + " %" } ?? "too few pairs"
            return "TAR at FAR \(name): \(rate)"
        }
        return """
            \(pairs) pairs of \(images) images, \(facesNotFound) faces not found, \(imagesPerSecond.fixed(1)) images/s
            accuracy \((accuracy * 100).fixed(2)) %\(deviation) (\(protocolName)), best threshold \(threshold.fixed(4))
            AUC \(auc?.fixed(5) ?? "-"), EER \(equalErrorRate.map { ($0 * 100).fixed(2) + " %" } ?? "-")
            \(rates.joined(separator: "\n"))
            """
    }
}
