package import Encodings
import FaceService
import SubCenter

/// A calibration's report for people.
package struct CalibrationText {
    private let report: JSONValue

    /// Nil where the job has no report.
    package init?(_ report: JSONValue?) {
        guard let report, report.objectValue != nil else { return nil }
        self.report = report
    }

    /// A line a threshold, after what they were found from.
    package var text: String {
        let heading =
            "\(count("identities")) identities, \(count("photographs")) photographs of \(count("faces")) faces: "
            + "\(trials("genuine")) genuine and \(trials("impostor")) impostor trials"
        let points = report["thresholds"]?.arrayValue ?? []
        let duplicates = report["possible_duplicates"]?.arrayValue ?? []
        var lines = [heading] + points.map(line)
        if let applied = report["applied"]?["threshold"]?.doubleValue {
            lines.append("in force for the gallery: \(applied.fixed(5))")
        }
        if !duplicates.isEmpty {
            lines.append(
                "\(duplicates.count) pairs of identities look like one person each and count as false matches:"
            )
            lines += duplicates.prefix(10).map(Self.duplicate)
        }
        return lines.joined(separator: "\n")
    }

    /// The histograms of the scores, with the thresholds found.
    func plot(title: String) -> HistogramPlot {
        func counts(_ name: String) -> [Int] {
            report["histogram"]?[name]?.arrayValue?.compactMap(\.integerValue) ?? []
        }
        let marks = (report["thresholds"]?.arrayValue ?? []).compactMap { point -> HistogramPlot.Mark? in
            guard let threshold = point["threshold"]?.doubleValue, let rate = point["fmr"]?.doubleValue
            else { return nil }
            return .init(value: threshold, name: "FMR \(rate.rateText)")
        }
        return HistogramPlot(
            title: title,
            subtitle: "\(trials("genuine").grouped) genuine, \(trials("impostor").grouped) impostor trials",
            range: -1...1, xLabel: "cosine", yLabel: "share of trials",
            series: [
                .shares("two people", counts("impostor")), .shares("one person", counts("genuine")),
            ], marks: marks)
    }

    private func count(_ key: String) -> Int { report[key]?.integerValue ?? 0 }

    private func trials(_ key: String) -> Int { report[key]?["trials"]?.integerValue ?? 0 }

    /// What the identification rates are measured in: a search of the whole gallery meets more faces than a
    /// sample has.
    private var place: String {
        report["sampled"]?.boolValue == true
            ? "in a sample of \(count("photographs")) of the \(count("faces")) faces" : "in this gallery"
    }

    private func line(_ point: JSONValue) -> String {
        let name = "FMR \((point["fmr"]?.doubleValue ?? 0).rateText): "
        guard let threshold = point["threshold"]?.doubleValue else {
            return name + "no threshold, \(point["detail"]?.stringValue ?? "")"
        }
        func percent(_ key: String) -> String {
            point[key]?.doubleValue.map { ($0 * 100).fixed(2) + " %" } ?? "-"
        }
        return name + "threshold \(threshold.fixed(5)), TMR \(percent("tmr")); \(place) FPIR "
            + "\(percent("fpir")), FNIR \(percent("fnir"))"
    }

    private static func duplicate(_ pair: JSONValue) -> String {
        let names = (pair["identities"]?.arrayValue ?? []).compactMap(\.stringValue)
        return "  " + names.joined(separator: ", ")
            + " (\((pair["angle_degrees"]?.doubleValue ?? 0).fixed(0)) degrees)"
    }
}
