import Imaging
import Kernels

/// A detection network from a file.
struct ModelDetectionNetwork: DetectionNetwork {
    let model: LoadedModel
    let decoder: any DetectorDecoder
    let encoding: PixelEncoding
    let maximumOverlap: Float
    let canvas: CanvasSize

    func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
        let outputs = try model.run(
            encoding.tensor(
                [image][...], width: canvas.width, height: canvas.height, batch: model.input.batch ?? 1))
        do {
            let candidates = try decoder.decode(outputs, canvas: canvas, minimumScore: minimumScore)
            return NonMaximumSuppression.apply(candidates, maximumOverlap: maximumOverlap)
        } catch { throw .outputInvalid(model: model.path, reason: error.reason) }
    }
}
