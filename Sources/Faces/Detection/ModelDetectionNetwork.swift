import Imaging
import Kernels

/// A detection network that was loaded.
struct ModelDetectionNetwork: DetectionNetwork {
    let model: LoadedModel
    let decoder: any DetectorDecoder
    let encoding: PixelEncoding
    let maximumOverlap: Float
    var canvas: CanvasSize

    func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
        let batch = model.input.batch ?? 1
        return try model.withInputMemory(batch: batch, width: canvas.width, height: canvas.height) {
            memory throws(FacesError) in
            let input = encoding.tensor(
                [image][...], width: canvas.width, height: canvas.height, batch: batch, in: memory,
                sharing: sharing)
            return try faces(in: try model.run(input), minimumScore: minimumScore)
        }
    }

    private func faces(in outputs: [Tensor], minimumScore: Float) throws(FacesError) -> [DetectedFace] {
        do {
            let candidates = try decoder.decode(outputs, canvas: canvas, minimumScore: minimumScore)
            return NonMaximumSuppression.apply(candidates, maximumOverlap: maximumOverlap)
        } catch { throw .outputInvalid(model: model.path, reason: error.reason) }
    }

    var sharing: RowSharing { model.sharing }

    func resized(to canvas: CanvasSize) -> (any DetectionNetwork)? {
        guard (model.input.width ?? canvas.width) == canvas.width,
            (model.input.height ?? canvas.height) == canvas.height
        else { return nil }
        var copy = self
        copy.canvas = canvas
        return copy
    }
}
