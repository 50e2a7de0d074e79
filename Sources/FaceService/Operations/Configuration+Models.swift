package import Faces
import Foundation

extension Configuration {
    /// The network that `models.detector` or `models.recognizer` names: the built-in one where they are empty, else
    /// a file.
    package func modelSource(_ kind: ModelManifest.Kind) throws(ConfigurationError) -> ModelSource {
        let (key, name) =
            switch kind {
            case .detector: ("models.detector", modelsDetector)
            case .recognizer: ("models.recognizer", modelsRecognizer)
            }
        guard !name.isEmpty else { return .builtIn(.of(kind)) }
        guard FileManager.default.isReadableFile(atPath: name) else {
            throw wrong(key, "there is no readable file at \(name)")
        }
        return .file(name)
    }
}
