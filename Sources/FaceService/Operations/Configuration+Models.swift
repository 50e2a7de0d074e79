package import Faces
import Foundation

extension Configuration {
    /// The network that `models.detector` or `models.recognizer` means: the built-in one where they are empty
    /// or name it, else a file, by its path or by the name it has in the folder of models.
    package func modelSource(_ kind: ModelManifest.Kind) throws(ConfigurationError) -> ModelSource {
        let (key, text) =
            switch kind {
            case .detector: ("models.detector", modelsDetector)
            case .recognizer: ("models.recognizer", modelsRecognizer)
            }
        let builtIn = BuiltInModel.of(kind)
        guard !text.isEmpty, text != builtIn.manifest.name else { return .builtIn(builtIn) }
        let path: String
        do throws(ModelStoreError) {
            path = try ModelReference(text).path(of: kind, in: ModelStore(self))
        } catch {
            throw wrong(key, error.description)
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw wrong(key, "there is no readable file at \(path)")
        }
        return .file(path)
    }
}
