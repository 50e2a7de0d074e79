package import Encodings
package import Faces
import Gallery
import Imaging

/// `Face` of the contract, with the crop where it was asked for.
package struct FaceAnswer: JSONRepresentable, Equatable {
    package let face: DetectedFace
    /// JPEG.
    package let crop: [UInt8]?

    init(_ face: DetectedFace) {
        self.face = face
        crop = nil
    }

    /// `cropQuality` nil leaves the crop away.
    init(_ crop: AlignedCrop, cropQuality: Int?) {
        face = crop.face
        self.crop = cropQuality.map { crop.image.jpeg(quality: $0) }
    }

    /// The members, to which others are added.
    var object: JSONObject {
        var object: JSONObject = [
            "box": face.box.json, "score": .float(face.score),
            "landmarks": .array(face.landmarks.map(\.json)),
        ]
        object.append("crop", ifPresent: crop.map { .string(Base64.encode($0)) })
        return object
    }

    package var json: JSONValue { .object(object) }
}

extension Box {
    /// `{"x","y","width","height"}` in pixels.
    var json: JSONValue {
        .object(["x": .float(x), "y": .float(y), "width": .float(width), "height": .float(height)])
    }
}

extension Point {
    /// `{"x","y"}` in pixels.
    var json: JSONValue { .object(["x": .float(x), "y": .float(y)]) }
}

extension FaceQuality {
    /// `Quality` of the contract.
    var json: JSONValue {
        .object([
            "embedding_norm": .float(embeddingNorm), "sharpness": .float(sharpness),
            "face_size": .float(faceSize),
            "yaw": .float(yaw), "pitch": .float(pitch), "roll": .float(roll),
        ])
    }
}

extension ModelDescription: JSONRepresentable {
    /// `Model` of the contract.
    package var json: JSONValue {
        .object([
            "name": .string(name), "fingerprint": .string(fingerprint), "dimension": .integer(dimension),
            "threshold": .float(threshold), "precision": .string(contract.precision),
        ])
    }
}
