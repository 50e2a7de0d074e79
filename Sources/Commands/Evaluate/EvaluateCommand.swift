import Encodings
import FaceService
import Foundation
import SubCenter

/// `arcface evaluate`.
enum EvaluateCommand: Command {
    static let name = "evaluate"
    static let summary = "Measures verification by the LFW protocol, and open-set identification"
    static let discussion = """
        --images is a folder of folders as LFW's (NAME/NAME_0001.jpg), --pairs a list in the format of its pairs.txt.
        With folds in the list the threshold of each is the one that is best on the others; without, the best
        threshold of all pairs is reported with its accuracy. A pair with a face not found counts as different.
        --open-set enrols one photograph each of half of the people that have several and looks for all the rest:
        strangers' photographs give the false positive rate (FPIR), those of the enrolled the false negative one (FNIR).
        """
    static let options =
        ServiceOptions.models + [
            .value("--images", "DIR", "the photographs"), .value("--pairs", "FILE", "the pairs"),
            .flag("--open-set", "identify the people of the folder, enrolled ones and strangers"),
            .value("--plot", "FILE", "write the ROC curve of the pairs as SVG"),
            .value("--histogram", "FILE", "write the scores of the pairs as SVG"),
            .value("--open-set-plot", "FILE", "write the curve of the open set as SVG"),
            .value("--scores", "FILE", "write every pair's similarity, tab-separated"),
            .value("--seed", "N", "of the open set and of the confidence intervals (0)"),
            .value("--threads", "T", "images in work at once (all cores)"), .flag("--json", "one object"),
        ]

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        var files = EvaluationFiles()
        let report = try report(arguments, &files, console)
        console.print(arguments.has("--json") ? try JSONText.of(report) : report.text)
        // What was measured is told first: a file that can't be written must not hide it.
        try LateFailure.wrapping { try files.write() }
        return 0
    }

    /// Measures, and notes the files that were asked for.
    private static func report(
        _ arguments: ParsedArguments, _ output: inout EvaluationFiles, _ console: Console
    ) throws -> EvaluationReport {
        let material = try EvaluationMaterial(arguments)
        try EvaluationFiles.check(arguments)
        let threads =
            try arguments.int("--threads", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        var bootstrap = PersonBootstrap()
        bootstrap.seed = UInt64(try arguments.int("--seed", in: 0...Int.max) ?? 0)
        let embeddings = try ImageEmbeddings(
            configuration: ServiceOptions.configuration(arguments), threads: threads)
        let files = material.files
        let start = ContinuousClock.now
        let vectors = try embeddings.embed(files) { done in
            if done % 20 == 0 { console.progress("evaluate: \(done) of \(files.count) images") }
        }
        console.endProgress()
        let seconds = (ContinuousClock.now - start).seconds
        let byFile = PhotographVectors(files, vectors)
        return EvaluationReport(
            verification: try verification(material, byFile, bootstrap, arguments, &output),
            openSet: try openSet(material, byFile, bootstrap, arguments, &output),
            facesNotFound: vectors.count { $0 == nil }, images: files.count,
            imagesPerSecond: seconds > 0 ? Double(files.count) / seconds : 0)
    }

    private static func verification(
        _ material: EvaluationMaterial, _ vectors: PhotographVectors, _ bootstrap: PersonBootstrap,
        _ arguments: ParsedArguments, _ output: inout EvaluationFiles
    ) throws -> Evaluation? {
        guard let pairs = material.pairs else { return nil }
        let trials = material.trials(of: pairs, vectors)
        guard let evaluation = Evaluation(trials: trials, of: pairs, bootstrap: bootstrap) else {
            throw CommandFailure("the list has no pairs")
        }
        output.add(arguments.string("--plot"), evaluation.rocPlot(VerificationMetrics(trials)).svg())
        output.add(arguments.string("--histogram"), evaluation.histogramPlot(trials).svg())
        output.add(arguments.string("--scores"), ScoresFile.text(pairs, trials))
        return evaluation
    }

    private static func openSet(
        _ material: EvaluationMaterial, _ vectors: PhotographVectors, _ bootstrap: PersonBootstrap,
        _ arguments: ParsedArguments, _ output: inout EvaluationFiles
    ) throws -> OpenSetEvaluation? {
        guard let people = material.people(vectors) else { return nil }
        var trial = OpenSetProtocol()
        trial.seed = bootstrap.seed
        guard let outcome = trial.run(people) else {
            throw CommandFailure(
                "an open set needs people with two photographs or more, and others beside them")
        }
        let evaluation = OpenSetEvaluation(outcome, bootstrap: bootstrap)
        output.add(arguments.string("--open-set-plot"), evaluation.plot(outcome.metrics).svg())
        return evaluation
    }
}
