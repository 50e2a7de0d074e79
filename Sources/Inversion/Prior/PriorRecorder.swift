package import Faces
package import Imaging

/// Records the prior of a recogniser over aligned faces.
package struct PriorRecorder {
    /// With fewer the mean picture would still show some of them.
    package static let leastFaces = 10

    private let embedder: FaceEmbedder
    private let statistics: any LayerStatistics
    private let encoding: PixelEncoding
    /// Of each byte of a crop.
    private var sums: [Int]
    private var norms: [Float] = []

    /// - Parameter statistics: of the embedder's own network.
    package init(_ embedder: FaceEmbedder, statistics: any LayerStatistics) {
        self.embedder = embedder
        self.statistics = statistics
        encoding = PixelEncoding(embedder.manifest)
        sums = [Int](repeating: 0, count: 3 * embedder.inputWidth * embedder.inputHeight)
    }

    /// Faces that were taken in.
    package var count: Int { norms.count }

    /// Takes in aligned crops; they are embedded as one batch. Throws `faces`, `network`; nothing of them is
    /// taken in then but what the statistics may have.
    package mutating func add(_ crops: [Image]) throws(InversionError) {
        guard !crops.isEmpty else { return }
        let embeddings: [FaceEmbedding]
        do { embeddings = try embedder.embed(crops) } catch { throw .faces(error) }
        let (width, height) = (embedder.inputWidth, embedder.inputHeight)
        // One by one: many files take no other batch.
        for crop in crops {
            let input = encoding.tensor([crop], width: width, height: height, batch: 1)
            do { try statistics.add(input) } catch { throw .network(model: embedder.manifest.name, error) }
        }
        norms += embeddings.map(\.norm)
        for crop in crops {
            for (index, pixel) in crop.pixels.enumerated() { sums[index] += Int(pixel) }
        }
    }

    /// The prior of what was taken in. Throws `tooFewFaces`.
    package func finish() throws(InversionError) -> InversionPrior {
        guard count >= Self.leastFaces else {
            throw .tooFewFaces(count: count, least: Self.leastFaces)
        }
        let (width, height) = (embedder.inputWidth, embedder.inputHeight)
        let mean = MeanPicture(sums: sums, count: count, width: width, height: height)
        return InversionPrior(
            modelName: embedder.manifest.name, fingerprint: embedder.fingerprint,
            preprocessing: embedder.manifest.preprocessing(width: width, height: height), faces: count,
            meanPicture: mean.image(), norm: norms.sorted()[count / 2], sites: statistics.sites())
    }
}
