import Files
import Foundation

/// A model with data files on its way into the store: `NAME.partial/`, locked against other processes, which
/// becomes `NAME/` when all of it is there.
///
/// A folder of its own, as the model says what its data files are called, and another one may say the same.
final class StagedFolder {
    let path: String
    private let store: ModelStore
    private let name: ModelName
    private let folder: OpenFile

    /// Makes the folder, or empties one that an earlier run left.
    ///
    /// - Throws: `inUse` when another process has it, `inaccessible`.
    init(_ name: ModelName, in store: ModelStore) throws(ModelStoreError) {
        try store.prepare()
        (self.store, self.name) = (store, name)
        path = store.folder + "/" + name.text + ".partial"
        mkdir(path, 0o755)
        do { folder = try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) } catch {
            throw ModelStoreError(error)
        }
        guard flock(folder.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .lockRefused(path: path, errno) }
        do {
            for file in try FileManager.default.contentsOfDirectory(atPath: path) {
                try FileManager.default.removeItem(atPath: path + "/" + file)
            }
        } catch { throw .inaccessible(path: path, reason: "cannot be emptied") }
    }

    deinit {
        // As of a staged model: a child that was just forked may have the folder, too.
        _ = flock(folder.descriptor, LOCK_UN)
    }

    /// Where the model itself comes.
    var model: String { path + "/" + name.file }

    /// Copies a file to a place in the folder that nothing is at yet; on the disk when this returns.
    func copy(_ source: String, to location: String) throws(ModelStoreError) {
        let target = path + "/" + location
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: target).deletingLastPathComponent(),
                withIntermediateDirectories: true)
        } catch { throw .inaccessible(path: target, reason: "its folder cannot be made") }
        do throws(FileError) {
            let original = try OpenFile(source)
            let copy = try makeFile(target)
            while let piece = try original.nextPiece() { try copy.write(piece) }
            try copy.sync()
        } catch { throw ModelStoreError(error) }
    }

    /// Puts the manifest beside the model.
    func setManifest(_ json: [UInt8]) throws(ModelStoreError) {
        do throws(FileError) {
            let file = try makeFile(model + ".json")
            try file.write(json)
            try file.sync()
        } catch { throw ModelStoreError(error) }
    }

    /// Exclusive: two names of the model may mean one place, where its manifest is to be for example.
    private func makeFile(_ path: String) throws(FileError) -> OpenFile {
        try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
    }

    /// Gives the folder its own name.
    ///
    /// - Throws: `taken` when there is a model of that name by now.
    func install() throws(ModelStoreError) -> ModelStore.Entry {
        let target = store.folder + "/" + name.text
        guard access(target, F_OK) != 0, access(target + ModelName.fileExtension, F_OK) != 0 else {
            throw .taken(name: name.text, path: target)
        }
        do throws(FileError) {
            try folder.sync()
            guard rename(path, target) == 0 else { throw FileError(path: path, number: errno) }
        } catch { throw ModelStoreError(error) }
        guard (try? Folder.sync(store.folder)) != nil, let entry = store.entry(name) else {
            throw .inaccessible(path: target, reason: "cannot be flushed")
        }
        return entry
    }

    /// Removes everything of it.
    func discard() { try? FileManager.default.removeItem(atPath: path) }
}
