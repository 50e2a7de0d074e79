import FaceService

extension InvertedRecognizer {
    /// Throws unless an embedding can be this recogniser's.
    func check(_ embedding: NamedEmbedding) throws(CommandFailure) {
        if let fingerprint = embedding.fingerprint, fingerprint != self.fingerprint {
            throw CommandFailure(
                "the embedding is of another model (\(fingerprint.prefix(12))) than \(name) "
                    + "(\(self.fingerprint.prefix(12))); --recognizer names the one that made it")
        }
        guard embedding.vector.count == dimension else {
            throw CommandFailure(
                "the embedding has \(embedding.vector.count) numbers, but \(name) makes \(dimension)")
        }
    }
}
