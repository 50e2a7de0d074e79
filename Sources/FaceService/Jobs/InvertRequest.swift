package import Encodings
package import Gallery

/// What an inversion is asked to do.
package struct InvertRequest: JSONRepresentable {
    /// Of what a picture is to be made.
    package enum Subject: Sendable, Equatable {
        case embedding([Float])
        /// The mean of the identity's searched faces.
        case identity(IdentityName, gallery: GalleryName)
    }

    package let subject: Subject
    /// Steps of the descent.
    package let iterations: Int
    package var seed: UInt64 = 0

    /// Steps where nobody says.
    package static let defaultIterations = 500

    package init(_ subject: Subject, iterations: Int = defaultIterations, seed: UInt64 = 0) {
        self.subject = subject
        self.iterations = iterations
        self.seed = seed
    }

    /// The parameters as the job shows them: not the embedding, which is personal data and would stay for as
    /// long as the job.
    package var json: JSONValue {
        var object: JSONObject =
            switch subject {
            case .embedding: ["source": "embedding"]
            case .identity(let name, _): ["source": "identity", "identity": .string(name.text)]
            }
        object.append("iterations", .integer(iterations))
        object.append("seed", .integer(Int(clamping: seed)))
        return .object(object)
    }
}
