package import Encodings
package import Gallery

/// The answer of an enrolment.
package struct EnrolAnswer: JSONRepresentable {
    /// A face that was enrolled, or was there before.
    package struct Face: JSONRepresentable {
        /// Which input, from 0.
        package let index: Int
        package let faceID: FaceID
        package let details: FaceDetails
        package let norm: Float?
        package let isDuplicate: Bool
        /// It was there before and is set aside, so that no search finds it.
        package let isQuarantined: Bool

        package var json: JSONValue {
            var object: JSONObject = [
                "index": .integer(index), "face_id": .string(faceID.text), "box": details.boxJSON,
                "score": details.score.map { .float($0) } ?? .null,
                "quality": details.qualityJSON(norm: norm),
                "duplicate": .bool(isDuplicate),
            ]
            if isQuarantined { object.append("quarantined", .bool(true)) }
            return .object(object)
        }
    }

    /// An input that was not enrolled.
    package struct Rejection: JSONRepresentable {
        package let index: Int
        package let problem: Problem

        package var json: JSONValue {
            .object([
                "index": .integer(index), "code": .string(problem.code.rawValue),
                "detail": .string(problem.detail),
            ])
        }
    }

    package let faces: [Face]
    package let rejected: [Rejection]

    package var json: JSONValue { .object(["faces": faces.json, "rejected": rejected.json]) }
}
