package import Faces
import Inference

extension PriorRecorder {
    /// Loads the network of a recogniser once more, with its inner values to be counted.
    ///
    /// - Parameters:
    ///   - source: where `embedder` came from.
    ///   - threads: of one run.
    /// - Throws: `network`.
    package init(_ source: ModelSource, embedder: FaceEmbedder, threads: Int) throws(InversionError) {
        let statistics: ChannelStatistics
        let shape = [1, 3, embedder.inputHeight, embedder.inputWidth]
        do { statistics = try ChannelStatistics(source, shape: shape, threads: threads) } catch {
            throw .network(model: embedder.manifest.name, error)
        }
        self.init(embedder, statistics: statistics)
    }
}

extension ChannelStatistics: LayerStatistics {
    fileprivate convenience init(_ source: ModelSource, shape: [Int], threads: Int) throws(InferenceError) {
        switch source {
        case .file(let path): try self.init(modelAt: path, shape: shape, threads: threads)
        case .builtIn(let model): try self.init(constantModel: model.bytes, shape: shape, threads: threads)
        case .memory(let bytes, _, let name):
            try self.init(model: bytes, name: name, shape: shape, threads: threads)
        }
    }
}
