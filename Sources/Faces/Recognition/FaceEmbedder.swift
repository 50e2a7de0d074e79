import Inference
import Kernels

/// Makes unit vectors of aligned crops; safe to call from several threads at once.
package final class FaceEmbedder: Sendable {
    package let manifest: ModelManifest
    /// Numbers in a vector, read from the model.
    package let dimension: Int
    /// The size of a crop in pixels.
    package let inputWidth: Int
    package let inputHeight: Int
    let model: LoadedModel
    let precision: Precision
    let encoding: PixelEncoding

    init(
        model: LoadedModel, manifest: ModelManifest, inputWidth: Int, inputHeight: Int, precision: Precision
    ) throws(FacesError) {
        self.model = model
        self.precision = precision
        self.manifest = manifest
        self.inputWidth = inputWidth
        self.inputHeight = inputHeight
        encoding = PixelEncoding(manifest)
        dimension = try Self.dimension(
            of: model, width: inputWidth, height: inputHeight, encoding: encoding)
        guard case .embedding(let golden)? = manifest.goldenAnswer, golden.count != dimension else { return }
        throw .manifestInvalid(
            file: ModelManifest.path(besideModel: model.path), key: "self_test.embedding",
            reason: "has \(golden.count) numbers, but the model gives \(dimension)")
    }

    /// Lower-case hexadecimal SHA-256 of the model file.
    package var fingerprint: String { model.session.fingerprint }

    /// Everything besides the network's weights that an embedding depends on, in one canonical line. Together
    /// with `fingerprint` it makes embeddings comparable: a gallery is bound to both.
    package var preprocessing: String {
        let line = manifest.preprocessing(width: inputWidth, height: inputHeight)
        // Said only where it is not the usual one: galleries made before there were others stay what they
        // are.
        return arithmetic.map { line + " precision=\($0)" } ?? line
    }

    /// What a gallery remembers of how products were made; nil for the usual float32. Roundings of a
    /// quantised network fall the other way for the least difference, so that embeddings of products of bytes
    /// are told from those of the same network in floats.
    private var arithmetic: String? {
        let name = precision.contractName()
        return model.session.multipliesBytes ? (name ?? precision.rawValue) + "-bytes" : name
    }

    /// Cuts the crops that this model takes.
    package var aligner: FaceAligner {
        FaceAligner(
            template: manifest.template(width: inputWidth, height: inputHeight), width: inputWidth,
            height: inputHeight)
    }
}
