import Faces
import Inference

extension NetworkSource {
    /// The network that a recogniser was loaded from.
    init(_ source: ModelSource) {
        self =
            switch source {
            case .file(let path): .file(path)
            case .builtIn(let model): .constant(model.bytes)
            case .memory(let bytes, _, let name): .memory(bytes, name: name)
            }
    }
}
