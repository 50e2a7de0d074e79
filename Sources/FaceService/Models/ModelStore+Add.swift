import Encodings
package import Faces
import Foundation
import Inference

extension ModelStore {
    /// What `add` did.
    package struct Added: Sendable {
        package let entry: Entry
        package let inspection: ModelInspection
        /// The same file was there before; nothing was written.
        package let wasThere: Bool
    }

    /// Copies a model file with its manifest and its data files into the store, under `name` or the name that
    /// its manifest gives it.
    ///
    /// The manifest beside the file goes with it as it stands; a known file gets the built-in one. A file of
    /// which only a convention is assumed gets none, so that every start goes on saying so.
    ///
    /// - Throws: `FacesError` when it is no model that can be used, `ModelStoreError`, also where the same
    ///   file is there with another manifest than the one beside this one: that copy may have been edited.
    package func add(_ file: String, as name: ModelName? = nil) throws -> Added {
        let inspection = try ModelInspection(modelAt: file)
        let name = try name ?? Self.name(of: inspection, file: file)
        try Self.checkReserved(name, inspection)
        if let entry = entry(name) {
            guard try Self.content(of: entry.path).fingerprint == inspection.fingerprint else {
                throw ModelStoreError.taken(name: name.text, path: entry.path)
            }
            if case .file = inspection.manifest.origin {
                let manifest = ModelManifest.path(besideModel: entry.path)
                let there = FileManager.default.contents(atPath: manifest).map { [UInt8]($0) }
                guard try there == Self.manifest(of: inspection, beside: file) else {
                    throw ModelStoreError.otherManifest(name: name.text, path: manifest)
                }
            }
            return Added(entry: entry, inspection: inspection, wasThere: true)
        }
        let entry = try copy(file, inspection, to: name)
        return Added(entry: entry, inspection: inspection, wasThere: false)
    }

    private func copy(_ file: String, _ inspection: ModelInspection, to name: ModelName) throws -> Entry {
        let dataFiles = try ModelSummary.read(path: file).dataFiles.map(\.location)
        guard dataFiles.isEmpty else { return try copy(file, dataFiles, inspection, to: name) }
        let staged = try StagedModel(name, in: self)
        do {
            try staged.restart()
            try staged.append(contentsOf: file)
            guard staged.sha256 == inspection.fingerprint else {
                throw ModelStoreError.inaccessible(path: file, reason: "was changed while it was copied")
            }
            try staged.setManifest(try Self.manifest(of: inspection, beside: file))
            return try staged.install()
        } catch {
            staged.discard()
            throw error
        }
    }

    /// A model and its data files, which keep their places beside it.
    private func copy(
        _ file: String, _ dataFiles: [String], _ inspection: ModelInspection, to name: ModelName
    ) throws -> Entry {
        let source = URL(fileURLWithPath: file).deletingLastPathComponent().path
        let staged = try StagedFolder(name, in: self)
        do {
            try staged.copy(file, to: name.file)
            if let manifest = try Self.manifest(of: inspection, beside: file) {
                try staged.setManifest(manifest)
            }
            for location in dataFiles { try staged.copy(source + "/" + location, to: location) }
            guard try Self.content(of: staged.model).fingerprint == inspection.fingerprint else {
                throw ModelStoreError.inaccessible(path: file, reason: "was changed while it was copied")
            }
            return try staged.install()
        } catch {
            staged.discard()
            throw error
        }
    }

    /// A built-in model is meant by its name before the folder is looked at: a file of that name would never
    /// be found.
    package static func checkBuiltIn(_ name: ModelName) throws(ModelStoreError) {
        if isBuiltIn(name) { throw .builtIn(name: name.text) }
    }

    /// Whether a model of this name is in the executable.
    package static func isBuiltIn(_ name: ModelName) -> Bool {
        BuiltInModel.all.contains { $0.manifest.name == name.text }
    }

    /// A known name stands for its own file only: nobody shall take another for it.
    package static func checkReserved(
        _ name: ModelName, _ inspection: ModelInspection
    ) throws(ModelStoreError) {
        try checkBuiltIn(name)
        if KnownBundle.named(name.text) != nil { throw .reserved(name: name.text) }
        if let known = KnownModel.named(name.text), known.sha256 != inspection.fingerprint {
            throw .reserved(name: name.text)
        }
    }

    private static func name(
        of inspection: ModelInspection, file: String
    ) throws(ModelStoreError) -> ModelName {
        if let known = KnownModel.with(sha256: inspection.fingerprint) { return try ModelName(known.name) }
        if let name = try? ModelName(inspection.manifest.name) { return name }
        return try ModelName(URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent)
    }

    private static func manifest(
        of inspection: ModelInspection, beside file: String
    ) throws -> [UInt8]? {
        switch inspection.manifest.origin {
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ModelStoreError.inaccessible(path: path, reason: "cannot be read")
            }
            return [UInt8](data)
        case .builtIn: return Array(try inspection.manifest.jsonText().utf8)
        case .assumed: return nil
        }
    }
}
