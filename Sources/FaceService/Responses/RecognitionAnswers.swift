package import Encodings
package import Faces

/// How an answer writes embeddings.
package enum EmbeddingFormat: String, Sendable, CaseIterable {
    case numbers = "float"
    /// Little-endian float32 in base64.
    case base64

    func json(_ vector: [Float]) -> JSONValue {
        switch self {
        case .numbers: .floats(vector)
        case .base64: .string(Base64.encode(littleEndian: vector))
        }
    }
}

private func size(_ width: Int, _ height: Int) -> JSONValue {
    .object(["width": .integer(width), "height": .integer(height)])
}

/// The answer of `POST /detect`.
package struct DetectAnswer: JSONRepresentable {
    /// Pixels of the upright image.
    package let width: Int
    package let height: Int
    /// Largest first.
    package let faces: [FaceAnswer]

    package var json: JSONValue { .object(["image": size(width, height), "faces": faces.json]) }
}

/// A face of `POST /embed`.
package struct EmbeddedFaceAnswer: JSONRepresentable {
    package let face: FaceAnswer
    /// Unit length.
    package let embedding: [Float]
    package let quality: FaceQuality
    let format: EmbeddingFormat

    init(_ analysed: AnalysedFace, format: EmbeddingFormat, cropQuality: Int?) {
        face = FaceAnswer(analysed.crop, cropQuality: cropQuality)
        embedding = analysed.embedding.vector
        quality = analysed.quality
        self.format = format
    }

    package var json: JSONValue {
        var object = face.object
        object.append("embedding", format.json(embedding))
        object.append("quality", quality.json)
        return .object(object)
    }
}

/// The answer of `POST /embed` for one image.
package struct EmbedAnswer: JSONRepresentable {
    package let model: ModelDescription
    package let width: Int
    package let height: Int
    /// Largest first, at least one.
    package let faces: [EmbeddedFaceAnswer]

    package var json: JSONValue {
        .object(["model": model.json, "image": size(width, height), "faces": faces.json])
    }
}

/// The answer of `POST /embed` for several images.
package struct EmbedManyAnswer: JSONRepresentable {
    /// What became of one image.
    package enum Entry: Sendable {
        case answer(EmbedAnswer)
        case problem(Problem)
    }

    /// In the order of the images.
    package let results: [Entry]

    package var json: JSONValue {
        let entries: [JSONValue] = results.map { entry in
            switch entry {
            case .answer(let answer): answer.json
            case .problem(let problem): problem.json
            }
        }
        return .object(["results": .array(entries)])
    }
}

/// The answer of `POST /verify`.
package struct VerifyAnswer: JSONRepresentable {
    package let model: ModelDescription
    /// The raw cosine.
    package let similarity: Float
    package let threshold: Float
    /// The faces that were compared; nil where an embedding stood for one.
    package let faces: [FaceAnswer?]
    /// The identity that was held against, and its face that came nearest.
    package var enrolled: (gallery: String, identity: String, faceID: String)?

    /// At the threshold counts as the same.
    package var isSame: Bool { similarity >= threshold }

    init(model: ModelDescription, similarity: Float, threshold: Float, faces: [FaceAnswer?]) {
        self.model = model
        self.similarity = similarity
        self.threshold = threshold
        self.faces = faces
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "model": model.json, "similarity": .float(similarity),
            "angle_degrees": .number(Cosine.degrees(similarity)), "threshold": .float(threshold),
            "same": .bool(isSame), "faces": .array(faces.map { $0?.json ?? .null }),
        ]
        if let enrolled {
            object.append("gallery", .string(enrolled.gallery))
            object.append("identity", .string(enrolled.identity))
            object.append("face_id", .string(enrolled.faceID))
        }
        return .object(object)
    }
}

/// The answer of `POST /identify`.
package struct IdentifyAnswer: JSONRepresentable {
    /// An identity that a face may belong to.
    package struct Match: JSONRepresentable {
        package let identity: String
        package let faceID: String
        package let similarity: Float

        package var json: JSONValue {
            .object([
                "identity": .string(identity), "face_id": .string(faceID), "similarity": .float(similarity),
                "angle_degrees": .number(Cosine.degrees(similarity)),
            ])
        }
    }

    /// What was found for one face of the image.
    package struct Face: JSONRepresentable {
        /// Nil where an embedding stood for the image.
        package let face: FaceAnswer?
        /// At or above the threshold, best first.
        package let matches: [Match]
        /// First minus second identity; nil without either.
        package let margin: Float?
        /// The best there was, where nobody reached the threshold.
        package let bestBelowThreshold: Float?

        package var json: JSONValue {
            var object = face?.object ?? ["box": .null, "score": .null, "landmarks": .null]
            object.append("unknown", .bool(matches.isEmpty))
            object.append("matches", matches.json)
            object.append("margin", margin.map { .float($0) } ?? .null)
            object.append("best_below_threshold", bestBelowThreshold.map { .float($0) } ?? .null)
            return .object(object)
        }
    }

    package let model: ModelDescription
    package let gallery: String
    package let threshold: Float
    package let faces: [Face]

    package var json: JSONValue {
        .object([
            "model": model.json, "gallery": .string(gallery), "threshold": .float(threshold),
            "faces": faces.json,
        ])
    }
}
