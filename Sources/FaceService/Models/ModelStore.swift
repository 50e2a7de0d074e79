import Files
import Foundation

/// The folder of models: `NAME.onnx` with its manifest `NAME.onnx.json`, in `models/` of the data folder;
/// both in a folder `NAME` where the model has data files, which stand beside it.
///
/// What is there under its own name is whole: files are written as `NAME.onnx.partial`, folders as
/// `NAME.partial`, and renamed.
package struct ModelStore: Sendable {
    package let folder: String

    package init(folder: String) { self.folder = folder }

    /// The folder of a configuration; it need not exist.
    package init(_ configuration: Configuration) {
        self.init(folder: configuration.storageData + "/models")
    }

    /// A model that is there.
    package struct Entry: Sendable, Equatable {
        package let name: ModelName
        package let path: String
        /// Of the model's own file, without data files.
        package let byteCount: Int
    }

    /// What is there, by name; empty where there is no folder.
    ///
    /// - Throws: `inaccessible` when the folder cannot be read.
    package func entries() throws(ModelStoreError) -> [Entry] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let files: [String]
        do { files = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw .inaccessible(path: folder, reason: "cannot be listed")
        }
        var entries: [Entry] = []
        let names = files.map { file in
            file.hasSuffix(ModelName.fileExtension)
                ? String(file.dropLast(ModelName.fileExtension.count)) : file
        }
        for text in Set(names).sorted() {
            // A file that somebody put there by hand under a name that is none can be used by its path.
            guard let name = try? ModelName(text), let entry = entry(name) else { continue }
            entries.append(entry)
        }
        return entries
    }

    /// The model of this name, if it is there.
    package func entry(_ name: ModelName) -> Entry? {
        for path in [path(of: name), folder + "/" + name.text + "/" + name.file] {
            guard let status = try? FileStatus(path), status.isFile else { continue }
            return Entry(name: name, path: path, byteCount: status.size)
        }
        return nil
    }

    /// Where the model of this name is, or would be, where it has no data files.
    package func path(of name: ModelName) -> String { folder + "/" + name.file }

    /// Makes the folder where it is missing; the data folder above it is for its owner alone, since the
    /// database may come there.
    func prepare() throws(ModelStoreError) {
        do {
            let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
            if !FileManager.default.fileExists(atPath: parent) {
                try FileManager.default.createDirectory(
                    atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .inaccessible(path: folder, reason: "the folder cannot be made")
        }
    }
}
