package import Faces
package import Imaging
package import Inference

/// What is known of faces as one recogniser sees them: recorded once, so that a descent begins at a face and
/// stays near faces.
///
/// Made by `PriorRecorder`, kept in a file beside the model or inside the executable. It holds means over all
/// faces and nothing of any single one.
package struct InversionPrior: Sendable {
    /// What the model is called, for error texts.
    package let modelName: String
    /// Lower-case hexadecimal SHA-256 of the model file.
    package let fingerprint: String
    /// `ModelManifest.preprocessing`, in single precision: gradients have no other.
    package let preprocessing: String
    /// How many faces it was recorded over.
    package let faces: Int
    /// The mean of all faces and their mirror images, blurred, of the network's input size.
    package let meanPicture: Image
    /// The median length of the network's raw answers.
    package let norm: Float
    /// Mean and deviation of each channel of values of the network.
    package let sites: [StatisticsSite]

    package init(
        modelName: String, fingerprint: String, preprocessing: String, faces: Int, meanPicture: Image,
        norm: Float, sites: [StatisticsSite]
    ) {
        self.modelName = modelName
        self.fingerprint = fingerprint
        self.preprocessing = preprocessing
        self.faces = faces
        self.meanPicture = meanPicture
        self.norm = norm
        self.sites = sites
    }

    /// The prior's place for a model: `FILE.onnx.prior`.
    package static func path(besideModel model: String) -> String { model + ".prior" }

    /// Throws `priorForeign` unless it was recorded for this network with this preprocessing; `file` names it
    /// there.
    package func check(for embedder: FaceEmbedder, file: String) throws(InversionError) {
        let name = embedder.manifest.name
        guard fingerprint == embedder.fingerprint else {
            throw .priorForeign(
                file: file,
                reason: "it was recorded for \(modelName) (\(fingerprint.prefix(12))), not for \(name) "
                    + "(\(embedder.fingerprint.prefix(12)))")
        }
        let (width, height) = (embedder.inputWidth, embedder.inputHeight)
        guard preprocessing == embedder.manifest.preprocessing(width: width, height: height),
            meanPicture.width == width, meanPicture.height == height
        else {
            throw .priorForeign(
                file: file, reason: "the preprocessing of \(name) was another when it was recorded")
        }
    }
}
