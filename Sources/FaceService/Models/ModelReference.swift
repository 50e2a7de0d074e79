package import Faces

/// What `models.detector` and `models.recognizer` say: a file, or the name of a model or bundle.
///
/// A text with a slash, or one that ends in `.onnx`, is a path; everything else is a name.
package struct ModelReference: Sendable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The path of the file that is meant; of a named one that it is there, of a path nothing is checked.
    ///
    /// - Throws: `nameInvalid`, `unknown`, `notPulled`, `notInBundle`, `wrongKind`.
    package func path(
        of kind: ModelManifest.Kind, in store: ModelStore
    ) throws(ModelStoreError) -> String {
        if isPath { return text }
        if let entry = store.entry(try ModelName(text)) { return try checked(entry, kind) }
        if let bundle = KnownBundle.named(text) {
            guard let model = bundle.model(of: kind) else {
                throw .notInBundle(bundle: text, kind: kind.rawValue)
            }
            return try path(of: model, in: store)
        }
        if let model = KnownModel.named(text) {
            guard model.manifest.kind == kind else {
                throw .wrongKind(name: text, kind: model.manifest.kind.rawValue, needed: kind.rawValue)
            }
            return try path(of: model, in: store)
        }
        throw try unknown(store)
    }

    /// The files that are meant, whatever their kind: a bundle's are several.
    ///
    /// - Throws: `nameInvalid`, `unknown`, `notPulled`.
    package func paths(in store: ModelStore) throws(ModelStoreError) -> [String] {
        if isPath { return [text] }
        if let entry = store.entry(try ModelName(text)) { return [entry.path] }
        let models = KnownBundle.named(text)?.models ?? KnownModel.named(text).map { [$0] } ?? []
        guard !models.isEmpty else { throw try unknown(store) }
        return try models.map { (model) throws(ModelStoreError) in try path(of: model, in: store) }
    }

    private var isPath: Bool { text.contains("/") || text.hasSuffix(ModelName.fileExtension) }

    private func unknown(_ store: ModelStore) throws(ModelStoreError) -> ModelStoreError {
        .unknown(name: text, stored: try store.entries().map(\.name.text))
    }

    /// What its manifest says the model is; a manifest that is wrong is told of when the model is loaded.
    private func checked(
        _ entry: ModelStore.Entry, _ kind: ModelManifest.Kind
    ) throws(ModelStoreError) -> String {
        let manifest = try? ModelManifest.read(at: ModelManifest.path(besideModel: entry.path))
        if let manifest, manifest.kind != kind {
            throw .wrongKind(name: text, kind: manifest.kind.rawValue, needed: kind.rawValue)
        }
        return entry.path
    }

    private func path(of model: KnownModel, in store: ModelStore) throws(ModelStoreError) -> String {
        if let entry = store.entry(try ModelName(model.name)) { return entry.path }
        throw .notPulled(name: text, command: model.url.map { _ in "arcface models pull \(text)" })
    }
}
