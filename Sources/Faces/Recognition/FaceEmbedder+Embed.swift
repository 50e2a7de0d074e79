package import Imaging
import Kernels

extension FaceEmbedder {
    /// One embedding a crop, in order. Crops are run in batches where the file's batch is free.
    ///
    /// Throws `wrongCropSize`, and `outputInvalid` when the network answers with a vector that is zero or not
    /// finite.
    package func embed(_ crops: [Image]) throws(FacesError) -> [FaceEmbedding] {
        for crop in crops { try checkSize(width: crop.width, height: crop.height) }
        var embeddings: [FaceEmbedding] = []
        var rest = crops[...]
        while !rest.isEmpty {
            let batch = batchSize(for: rest.count)
            embeddings += try run(rest.prefix(batch), batch: batch)
            rest = rest.dropFirst(batch)
        }
        return embeddings
    }

    /// Throws `wrongCropSize` unless these are the pixels of a crop.
    func checkSize(width: Int, height: Int) throws(FacesError) {
        guard width == inputWidth && height == inputHeight else {
            throw .wrongCropSize(
                expectedWidth: inputWidth, expectedHeight: inputHeight, width: width, height: height)
        }
    }

    /// The file's own batch, or the largest power of two that is not over `count`, 16 at most: few different
    /// batch sizes keep the engine's plans few, and larger batches gain nothing.
    private func batchSize(for count: Int) -> Int {
        if let fixed = model.input.batch { return fixed }
        return [16, 8, 4, 2].first { $0 <= count } ?? 1
    }

    private func run(_ crops: ArraySlice<Image>, batch: Int) throws(FacesError) -> [FaceEmbedding] {
        let values = try model.withInputMemory(batch: batch, width: inputWidth, height: inputHeight) {
            memory throws(FacesError) in
            try self.values(
                of: encoding.tensor(
                    crops, width: inputWidth, height: inputHeight, batch: batch, in: memory))
        }
        return try (0..<crops.count).map { index throws(FacesError) in
            try normalized(values[index * dimension..<(index + 1) * dimension])
        }
    }

    /// What the network answers to a batch, `dimension` numbers a crop.
    private func values(of tensor: Tensor) throws(FacesError) -> [Float] {
        let outputs = try model.run(tensor)
        let batch = tensor.shape[0]
        guard let output = outputs.first, output.elementType == .float32, output.count == batch * dimension
        else {
            throw .outputInvalid(
                model: model.path,
                reason: "its shape is \(outputs.first?.shape ?? []), not \([batch, dimension])")
        }
        return output.floats
    }

    private func normalized(_ raw: ArraySlice<Float>) throws(FacesError) -> FaceEmbedding {
        guard let embedding = FaceEmbedding(raw: raw) else {
            throw .outputInvalid(model: model.path, reason: "the embedding is zero or not finite")
        }
        return embedding
    }
}
