import Faces
import Gallery
import Imaging

extension NewFace {
    /// What is kept of an analysed face; `cropQuality` nil keeps no crop.
    init(_ analysed: AnalysedFace, source: FaceSource, metadata: JSONObjectText, cropQuality: Int?) {
        self.init(
            embedding: analysed.embedding.vector, norm: analysed.embedding.norm, source: source,
            details: FaceDetails(analysed), metadata: metadata,
            crop: cropQuality.map { analysed.crop.image.jpeg(quality: $0) })
    }
}

extension FaceDetails.Box {
    init(_ box: Faces.Box) { self.init(x: box.x, y: box.y, width: box.width, height: box.height) }
}

extension FaceDetails {
    init(_ analysed: AnalysedFace) {
        let box = analysed.face.box
        let quality = analysed.quality
        self.init(
            box: Box(box),
            // A detector without a sigmoid at its end gives more, which no import would take back.
            score: min(analysed.face.score, 1),
            landmarks: analysed.face.landmarks.map { Landmark(x: $0.x, y: $0.y) },
            quality: Quality(
                sharpness: quality.sharpness, faceSize: quality.faceSize, yaw: quality.yaw,
                pitch: quality.pitch,
                roll: quality.roll))
    }
}
