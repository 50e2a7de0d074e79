import Digest
import Encodings
import FaceService
import Faces
import Foundation
import Inference

extension ModelReport {
    /// The report on a file, or where there is none of that path on what the name stands for: a built-in
    /// model, one of the store, or a bundle's models.
    static func of(_ operand: String, in store: ModelStore) throws -> [ModelReport] {
        if isFile(operand) { return [try ofFile(operand)] }
        if let model = BuiltInModel.all.first(where: { $0.manifest.name == operand }) {
            return [
                ModelReport(
                    file: model.name, summary: try ModelSummary.read(constantModel: model.bytes),
                    manifest: model.manifest)
            ]
        }
        return try ModelReference(operand).paths(in: store).map(ofFile)
    }

    private static func ofFile(_ path: String) throws -> ModelReport {
        let summary = try ModelFailure.naming(path) { try ModelSummary.read(path: path) }
        return ModelReport(file: path, summary: summary, manifest: try manifest(of: path))
    }

    /// A folder of a bundle's name is none.
    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// The manifest beside a file, else the known one of its content.
    private static func manifest(of path: String) throws -> ModelManifest? {
        if let manifest = try ModelManifest.read(at: ModelManifest.path(besideModel: path)) {
            return manifest
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        // Only a file of a known size is worth reading once more.
        guard KnownModel.all.contains(where: { $0.byteCount == size }) else { return nil }
        return KnownModel.with(sha256: try SHA256.hexOfFile(at: path))?.manifest
    }
}
