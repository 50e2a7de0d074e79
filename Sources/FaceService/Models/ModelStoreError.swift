import Encodings
import Files
import Glibc

/// Why a model cannot be found in, or put into, the folder of models.
package enum ModelStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case nameInvalid(String)
    /// Nothing of that name is there, nor known; with the names that are there.
    case unknown(name: String, stored: [String])
    /// A known model or bundle that is not there; `command` gets it, where it can be had.
    case notPulled(name: String, command: String?)
    /// A bundle has no model of the kind that is asked for.
    case notInBundle(bundle: String, kind: String)
    case wrongKind(name: String, kind: String, needed: String)
    /// There is a model of that name with other content.
    case taken(name: String, path: String)
    /// The same model is there, with another manifest or none.
    case otherManifest(name: String, path: String)
    /// The name is that of a known model or bundle, which this file is not.
    case reserved(name: String)
    /// The name is that of a built-in model, which it goes on meaning.
    case builtIn(name: String)
    /// Another process writes the same model.
    case inUse(path: String)
    case inaccessible(path: String, reason: String)

    init(_ error: FileError) { self = .inaccessible(path: error.path, reason: error.reason) }

    /// A lock that could not be had: another process has it, or the file system has none.
    package static func lockRefused(path: String, _ errno: Int32) -> ModelStoreError {
        errno == EWOULDBLOCK
            ? .inUse(path: path) : ModelStoreError(FileError(path: path, number: errno))
    }

    package var description: String {
        switch self {
        case .nameInvalid(let name):
            "\"\(name.excerpt)\" is no model's name: 1 to 100 letters, digits, '.', '_' and '-', and no .onnx at "
                + "its end"
        case .unknown(let name, let stored):
            "there is no model \"\(name.excerpt)\"; "
                + (stored.isEmpty
                    ? "none was pulled or added" : "there are " + stored.joined(separator: ", "))
                + " (a path has a slash or ends in .onnx; `arcface models list` shows what can be pulled)"
        case .notPulled(let name, let command?): "the model \(name) is not here yet: \(command)"
        case .notPulled(let name, nil):
            "the model \(name) is not here, and no address of it is known: arcface models add FILE"
        case .notInBundle(let bundle, let kind): "\(bundle) has no \(kind)"
        case .wrongKind(let name, let kind, let needed): "\(name) is a \(kind), a \(needed) is needed"
        case .taken(let name, let path):
            "there is a model \(name) with other content: take another name, or remove \(path)"
        case .otherManifest(let name, let path):
            "\(name) is there already, and its manifest is not the one beside this file: edit \(path), or copy it there"
        case .reserved(let name): "\(name) is the name of a known model, which this file is not"
        case .builtIn(let name):
            "\(name) is the name of a built-in model, and would go on meaning that one: give the file another name"
        case .inUse(let path): "another process writes \(path)"
        case .inaccessible(let path, let reason): "\(path): \(reason)"
        }
    }
}
