import Foundation

/// A model with data files on its way into the store: `NAME.partial/`, locked against other processes, which
/// becomes `NAME/` when all of it is there.
///
/// A folder of its own, as the model says what its data files are called, and another one may say the same.
final class StagedFolder {
    let path: String
    private let store: ModelStore
    private let name: ModelName
    private let descriptor: Int32

    /// Makes the folder, or empties one that an earlier run left.
    ///
    /// - Throws: `inUse` when another process has it, `inaccessible`.
    init(_ name: ModelName, in store: ModelStore) throws(ModelStoreError) {
        try store.prepare()
        (self.store, self.name) = (store, name)
        path = store.folder + "/" + name.text + ".partial"
        mkdir(path, 0o755)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .lockRefused(path: path, errno) }
        do {
            for file in try FileManager.default.contentsOfDirectory(atPath: path) {
                try FileManager.default.removeItem(atPath: path + "/" + file)
            }
        } catch { throw .inaccessible(path: path, reason: "cannot be emptied") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

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
        try write(to: target) { (append) throws(ModelStoreError) in try FileDigest.read(source, append) }
    }

    /// Puts the manifest beside the model.
    func setManifest(_ json: [UInt8]) throws(ModelStoreError) {
        try write(to: model + ".json") { (append) throws(ModelStoreError) in
            var failure: ModelStoreError?
            json.withUnsafeBytes { bytes in
                do throws(ModelStoreError) { try append(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    /// Gives the folder its own name.
    ///
    /// - Throws: `taken` when there is a model of that name by now.
    func install() throws(ModelStoreError) -> ModelStore.Entry {
        let target = store.folder + "/" + name.text
        guard access(target, F_OK) != 0, access(target + ModelName.fileExtension, F_OK) != 0 else {
            throw .taken(name: name.text, path: target)
        }
        guard fsync(descriptor) == 0, rename(path, target) == 0 else {
            throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
        }
        let parent = open(store.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if parent >= 0 { close(parent) } }
        guard parent >= 0, fsync(parent) == 0, let entry = store.entry(name) else {
            throw .inaccessible(path: target, reason: "cannot be flushed")
        }
        return entry
    }

    /// Removes everything of it.
    func discard() { try? FileManager.default.removeItem(atPath: path) }

    private func write(
        to target: String,
        _ body: ((UnsafeRawBufferPointer) throws(ModelStoreError) -> Void) throws(ModelStoreError) -> Void
    ) throws(ModelStoreError) {
        // Exclusive: two names of the model may mean one place, where its manifest is to be for example.
        let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw .inaccessible(path: target, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        try body { (bytes) throws(ModelStoreError) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else {
                    throw .inaccessible(path: target, reason: String(cString: strerror(errno)))
                }
                rest = rest.dropFirst(count)
            }
        }
        guard fsync(file) == 0 else {
            throw .inaccessible(path: target, reason: String(cString: strerror(errno)))
        }
    }
}
