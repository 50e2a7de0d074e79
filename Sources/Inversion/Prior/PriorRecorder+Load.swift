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
        do { statistics = try ChannelStatistics(NetworkSource(source), shape: shape, threads: threads) } catch
        {
            throw .network(model: embedder.manifest.name, error)
        }
        self.init(embedder, statistics: statistics)
    }
}

extension ChannelStatistics: LayerStatistics {}
