import FaceService
import Faces

/// A line of `arcface models list`.
struct ModelRow: Encodable {
    /// Whether a model can be used at once.
    enum State: String, Encodable {
        /// In the executable.
        case builtIn = "built_in"
        /// In the folder of models, by its name.
        case installed
        /// There is a file of its name, but it is not the published one.
        case altered
        /// There is a file of its name, but the name means a built-in model.
        case shadowed
        /// `arcface models pull` gets it.
        case available
        /// To be brought along: no address of the single file is known.
        case known
    }

    let name, kind, file: String
    let bytes: Int
    let sha256, licence: String
    let source, url: String?
    /// The bundles that it is part of.
    let bundles: [String]
    let state: State
    /// Where it is.
    let path: String?

    /// The row for a person.
    var text: String {
        let place =
            switch state {
            case .builtIn: "built in"
            case .installed: "installed"
            case .altered: "ANOTHER FILE STANDS IN ITS PLACE"
            case .shadowed: "ITS NAME MEANS THE BUILT-IN MODEL; use it by its path"
            case .available: "arcface models pull \(name)"
            case .known: "not here"
            }
        let group = bundles.isEmpty ? "" : ", part of " + bundles.joined(separator: ", ")
        return "\(name) (\(kind), \(bytes) bytes\(group)): \(licence) - \(place)\n  \(file) \(sha256)"
            + (source.map { "\n  " + $0 } ?? "")
    }
}

extension ModelRow {
    /// A known model, and the file of its name where there is one.
    init(_ model: KnownModel, _ entry: ModelStore.Entry?) throws(ModelStoreError) {
        let isPublished = try entry.map { (entry) throws(ModelStoreError) in
            try ModelStore.content(of: entry.path).fingerprint == model.sha256
        }
        let state: State =
            switch isPublished {
            case true?: .installed
            case false?: .altered
            case nil: model.url == nil ? .known : .available
            }
        self.init(
            name: model.name, kind: model.manifest.kind.rawValue, file: model.file, bytes: model.byteCount,
            sha256: model.sha256, licence: model.manifest.licence ?? "not stated",
            source: model.manifest.source, url: model.url,
            bundles: KnownBundle.all.filter { $0.models.contains(model) }.map(\.name), state: state,
            path: entry?.path)
    }

    /// A model of the folder that is none of the known ones.
    init(_ entry: ModelStore.Entry) throws {
        let content = try ModelStore.content(of: entry.path)
        let manifest =
            try ModelManifest.read(at: ModelManifest.path(besideModel: entry.path))
            ?? KnownModel.with(sha256: content.fingerprint)?.manifest
        self.init(
            name: entry.name.text, kind: manifest?.kind.rawValue ?? "no manifest",
            file: entry.name.text + ".onnx", bytes: content.byteCount, sha256: content.fingerprint,
            licence: manifest?.licence ?? "not stated", source: manifest?.source, url: nil, bundles: [],
            state: ModelStore.isBuiltIn(entry.name) ? .shadowed : .installed, path: entry.path)
    }
}
