/// What makes embeddings comparable: the model file, how faces are prepared for it, and the length of its
/// vectors. A gallery is bound to one for life.
package struct ModelContract: Hashable, Sendable {
    /// For people; two files of the same name are still two models.
    package let name: String
    /// Lower-case hexadecimal SHA-256 of the model file.
    package let fingerprint: String
    /// Canonical text of everything that is done to a face before the model sees it (colour order, mean,
    /// deviation, template, input size), and of how the model computes where that is not in float32.
    package let preprocessing: String
    /// Floats an embedding.
    package let dimension: Int

    package init(name: String, fingerprint: String, preprocessing: String, dimension: Int) {
        self.name = name
        self.fingerprint = fingerprint
        self.preprocessing = preprocessing
        self.dimension = dimension
    }

    /// Whether vectors of the two may be compared; the name has no say.
    package func matches(_ other: ModelContract) -> Bool {
        fingerprint == other.fingerprint && preprocessing == other.preprocessing
            && dimension == other.dimension
    }

    /// The contract that a line of an export states, where it states one; this one where it is silent.
    ///
    /// A line with a fingerprint alone is of a version that exported no preprocessing. It is taken for one of
    /// the usual precision, so that such an export goes back into a gallery of that precision and into no
    /// other.
    package func stated(fingerprint: String?, preprocessing: String?) -> ModelContract {
        let silent =
            fingerprint == nil ? self.preprocessing : ModelContract.withoutPrecision(self.preprocessing)
        return ModelContract(
            name: name, fingerprint: fingerprint ?? self.fingerprint, preprocessing: preprocessing ?? silent,
            dimension: dimension)
    }
}
