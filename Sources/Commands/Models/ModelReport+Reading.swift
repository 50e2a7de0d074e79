import Digest
import Faces
import Foundation
import Inference

extension ModelReport {
    /// The report on a file, or on the built-in model of this name where there is no such file.
    static func of(_ operand: String) throws -> ModelReport {
        if !FileManager.default.fileExists(atPath: operand),
            let model = BuiltInModel.all.first(where: { $0.manifest.name == operand })
        {
            return ModelReport(
                file: model.name, summary: try ModelSummary.read(constantModel: model.bytes),
                manifest: model.manifest)
        }
        return ModelReport(
            file: operand, summary: try ModelSummary.read(path: operand), manifest: try manifest(of: operand))
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
