import Inference

/// The published kinds of detectors, told apart by their outputs.
enum DetectorLayout: Sendable {
    case scrfd
    case yuNet

    /// Recognises a file by how many outputs it has of 1, 4 and 10 columns; a file that does not state its
    /// outputs' shapes by their number alone, and every run checks the tensors anyway.
    init(outputs: [ValueDescription], path: String) throws(FacesError) {
        let columns = outputs.map { $0.dimensions?.last?.extent }
        if Self.matches(columns, scores: 3) {
            self = .scrfd
        } else if Self.matches(columns, scores: 6) {
            self = .yuNet
        } else if outputs.count == 6 && !columns.contains(10) {
            throw .modelInvalid(
                path: path, reason: "looks like SCRFD without landmarks; faces cannot be aligned without them"
            )
        } else {
            throw .modelInvalid(
                path: path,
                reason:
                    "is neither a recogniser (one output) nor SCRFD (nine: scores, boxes and landmarks at three "
                    + "strides) nor YuNet (twelve), its outputs are \(LoadedModel.describe(outputs))")
        }
    }

    /// Whether the outputs' last dimensions, nil where not stated, can be `scores` score columns, three boxes
    /// and three sets of landmarks.
    private static func matches(_ columns: [Int?], scores: Int) -> Bool {
        guard columns.count == scores + 6 else { return false }
        var room = [1: scores, 4: 3, 10: 3]
        for case let column? in columns {
            guard let left = room[column], left > 0 else { return false }
            room[column] = left - 1
        }
        return true
    }

    var decoder: any DetectorDecoder {
        switch self {
        case .scrfd: SCRFDDecoder()
        case .yuNet: YuNetDecoder()
        }
    }

    /// The convention of a file that no manifest describes.
    func manifest(name: String) -> ModelManifest {
        let note = "taken for a model of the published convention of its layout, as no manifest describes it"
        return switch self {
        case .scrfd:
            .scrfd(name: name, origin: .assumed("\(name): \(note) (SCRFD: RGB, (value - 127.5) / 128)"))
        case .yuNet: .yuNet(name: name, origin: .assumed("\(name): \(note) (YuNet: BGR, 0...255)"))
        }
    }
}
