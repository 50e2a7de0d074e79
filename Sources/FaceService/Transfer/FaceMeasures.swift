import Encodings
import Gallery

/// Reads what a line of an import says was seen of its face. Nothing that could not have been measured is
/// taken: it would stand in every answer from then on.
struct FaceMeasures {
    let line: LineMembers

    func details() throws -> FaceDetails {
        FaceDetails(
            box: try box(), score: try line.number("score", in: Measure.score), landmarks: try landmarks(),
            quality: try quality())
    }

    private func box() throws -> FaceDetails.Box? {
        let kind = "an object of x, y, width and height"
        guard let box = try line.object("box", kind) else { return nil }
        guard let x = try box.number("x"), let y = try box.number("y"),
            let width = try box.number("width", in: Measure.size),
            let height = try box.number("height", in: Measure.size)
        else { throw line.wrong("box", "must be \(kind)") }
        return FaceDetails.Box(x: x, y: y, width: width, height: height)
    }

    private func landmarks() throws -> [FaceDetails.Landmark] {
        try line.optional("landmarks", "five objects of x and y") { value in
            let points = value.arrayValue?.compactMap { point in
                point["x"].flatMap(LineMembers.float).flatMap { x in
                    point["y"].flatMap(LineMembers.float).map { FaceDetails.Landmark(x: x, y: $0) }
                }
            }
            return points?.count == 5 && value.arrayValue?.count == 5 ? points : nil
        } ?? []
    }

    /// `embedding_norm` is the face's own and stands in the line too, so it is not read here.
    private func quality() throws -> FaceDetails.Quality? {
        let kind = "an object of five measures"
        guard let quality = try line.object("quality", kind) else { return nil }
        guard let sharpness = try quality.number("sharpness", in: Measure.size),
            let faceSize = try quality.number("face_size", in: Measure.size),
            let yaw = try quality.number("yaw", in: Measure.turn),
            let pitch = try quality.number("pitch", in: Measure.turn),
            let roll = try quality.number("roll", in: Measure.turn)
        else { throw line.wrong("quality", "must be \(kind)") }
        return FaceDetails.Quality(
            sharpness: sharpness, faceSize: faceSize, yaw: yaw, pitch: pitch, roll: roll)
    }
}
