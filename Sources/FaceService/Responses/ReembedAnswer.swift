package import Encodings
package import Gallery

/// What a re-embedding did.
package struct ReembedAnswer: JSONRepresentable, Sendable {
    /// Why a face got no new embedding.
    package enum Reason: String, Sendable {
        case noCrop = "no_crop"
        /// The stored crop cannot be decoded.
        case unreadable
        /// The stored crop has not the size of the model that it was cut for.
        case wrongSize = "wrong_size"
        /// The stored crop shows less of the face than the new model looks at.
        case partial
    }

    /// A face without a new embedding.
    package struct Rest: Sendable, Equatable {
        package let id: FaceID
        package let identity: IdentityName
        package let reason: Reason
    }

    package let gallery: String
    package let from: ModelContract
    package let to: ModelDescription
    /// The calibrated threshold of the old model, which does not hold for the new one and goes with it.
    package let clearedThreshold: Float?
    /// The gallery belongs to the model already; nothing was done.
    package var wasThere = true
    package var reembedded = 0
    package var rest: [Rest] = []
    /// Where `rest` went, with the old model.
    package var restGallery: GalleryName?

    init(gallery: GalleryRecord, model: ModelDescription) {
        self.gallery = gallery.name.text
        from = gallery.model
        to = model
        clearedThreshold = gallery.threshold
    }

    package var json: JSONValue {
        .object([
            "gallery": .string(gallery),
            "from": Self.json(from), "to": Self.json(to.contract),
            "was_there": .bool(wasThere), "reembedded": .integer(reembedded),
            "cleared_threshold": clearedThreshold.map { .float($0) } ?? .null,
            "rest_gallery": restGallery.map { .string($0.text) } ?? .null,
            "rest": .array(rest.map(\.json)),
        ])
    }
}

extension ReembedAnswer {
    private static func json(_ model: ModelContract) -> JSONValue {
        .object([
            "name": .string(model.name), "fingerprint": .string(model.fingerprint),
            "precision": .string(model.precision),
        ])
    }
}

extension ReembedAnswer.Rest: JSONRepresentable {
    package var json: JSONValue {
        .object([
            "face_id": .string(id.text), "identity": .string(identity.text),
            "reason": .string(reason.rawValue),
        ])
    }
}

/// Faces of a gallery cannot be embedded by another model; nothing was changed.
package struct ReembedRefusal: Error, Sendable, CustomStringConvertible {
    package let gallery: GalleryName
    /// All faces of the gallery.
    package let faces: Int
    package let rest: [ReembedAnswer.Rest]

    package var description: String {
        let reasons = Dictionary(grouping: rest, by: \.reason).map { (reason: $0, count: $1.count) }
            .sorted { $0.reason.rawValue < $1.reason.rawValue }
            .map { "\($0.count) \($0.reason.words)" }
        return "\(rest.count) of \(faces) faces of \(gallery) cannot be embedded anew ("
            + reasons.joined(separator: ", ") + "); nothing was changed"
    }
}

extension ReembedAnswer.Reason {
    fileprivate var words: String {
        switch self {
        case .noCrop: "without a stored crop"
        case .unreadable: "with a crop that cannot be decoded"
        case .wrongSize: "with a crop of another size than its model's"
        case .partial: "with a crop that shows less than the new model looks at"
        }
    }
}
