/// The columns of `faces` that describe a face, in one order for writing and reading; staged imports have
/// them too.
enum FaceColumns {
    static let names =
        "content_hash, source_index, norm, box_x, box_y, box_width, box_height, score, landmarks, sharpness, "
        + "face_size, yaw, pitch, roll, metadata"
    static let count: Int32 = 15

    /// `f.content_hash, f.source_index, ...`
    static func names(of table: String) -> String {
        names.split(separator: ", ").map { table + "." + $0 }.joined(separator: ", ")
    }

    static func values(_ face: NewFace) -> [SQLiteValue] {
        let box = face.details.box
        let quality = face.details.quality
        return [
            .optional(face.source?.hash.bytes), .optional(face.source.map { Int64($0.index) }),
            .optional(face.norm), .optional(box?.x), .optional(box?.y), .optional(box?.width),
            .optional(box?.height), .optional(face.details.score), .optional(coded(face.details.landmarks)),
            .optional(quality?.sharpness), .optional(quality?.faceSize), .optional(quality?.yaw),
            .optional(quality?.pitch), .optional(quality?.roll), .text(face.metadata.text),
        ]
    }

    static func source(_ row: Row, at first: Int32) -> FaceSource? {
        guard let bytes = row.optionalBlob(first), let hash = ContentHash(bytes: bytes) else { return nil }
        return FaceSource(hash: hash, index: row.count(first + 1))
    }

    static func norm(_ row: Row, at first: Int32) -> Float? { row.optionalFloat(first + 2) }

    static func details(_ row: Row, at first: Int32) -> FaceDetails {
        FaceDetails(
            box: box(row, at: first + 3), score: row.optionalFloat(first + 7),
            landmarks: landmarks(row, at: first + 8), quality: quality(row, at: first + 9))
    }

    static func metadata(_ row: Row, at first: Int32) -> JSONObjectText {
        JSONObjectText(stored: row.text(first + 14))
    }

    /// - Throws: `detailsInvalid` when a number is not finite: JSON could not carry it back.
    static func check(_ face: NewFace) throws(GalleryError) {
        let details = face.details
        let box = details.box.map { [$0.x, $0.y, $0.width, $0.height] } ?? []
        let quality = details.quality.map { [$0.sharpness, $0.faceSize, $0.yaw, $0.pitch, $0.roll] } ?? []
        let numbers =
            [details.score ?? 0, face.norm ?? 0] + box + quality + details.landmarks.flatMap { [$0.x, $0.y] }
        guard numbers.allSatisfy(\.isFinite) else { throw .detailsInvalid(reason: "a number is not finite") }
        guard details.landmarks.count <= 1024 else {
            throw .detailsInvalid(reason: "there are too many landmarks")
        }
        guard (face.source?.index ?? 0) >= 0 else {
            throw .detailsInvalid(reason: "the source index is negative")
        }
    }

    private static func coded(_ landmarks: [FaceDetails.Landmark]) -> [UInt8]? {
        landmarks.isEmpty ? nil : EmbeddingCoding.bytes(landmarks.flatMap { [$0.x, $0.y] })
    }

    private static func landmarks(_ row: Row, at column: Int32) -> [FaceDetails.Landmark] {
        guard let numbers = row.withBlob(column, EmbeddingCoding.vector), numbers.count.isMultiple(of: 2)
        else {
            return []
        }
        return stride(from: 0, to: numbers.count, by: 2).map {
            FaceDetails.Landmark(x: numbers[$0], y: numbers[$0 + 1])
        }
    }

    private static func box(_ row: Row, at first: Int32) -> FaceDetails.Box? {
        guard let x = row.optionalFloat(first), let y = row.optionalFloat(first + 1),
            let width = row.optionalFloat(first + 2), let height = row.optionalFloat(first + 3)
        else { return nil }
        return FaceDetails.Box(x: x, y: y, width: width, height: height)
    }

    private static func quality(_ row: Row, at first: Int32) -> FaceDetails.Quality? {
        guard let sharpness = row.optionalFloat(first), let size = row.optionalFloat(first + 1),
            let yaw = row.optionalFloat(first + 2), let pitch = row.optionalFloat(first + 3),
            let roll = row.optionalFloat(first + 4)
        else { return nil }
        return FaceDetails.Quality(sharpness: sharpness, faceSize: size, yaw: yaw, pitch: pitch, roll: roll)
    }
}
