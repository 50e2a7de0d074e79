import Digest
import Files
import Foundation
import Locks

/// A model on its way into the store: `NAME.onnx.partial`, locked against other processes, its SHA-256 kept
/// along.
///
/// The file outlives the process, so that a download can go on where it was broken off; what it was part of
/// can be noted beside it.
package final class StagedModel: Sendable {
    private struct State {
        var count = 0
        var hash = SHA256()
    }

    package let path: String
    /// Where it will be.
    package var installedPath: String { store.path(of: name) }
    private let store: ModelStore
    private let name: ModelName
    private let file: OpenFile
    private let state = Locked(State())

    /// Opens the partial file, which may hold bytes already, and makes the store's folder where it is
    /// missing.
    ///
    /// - Throws: `inUse` when another process has it, `inaccessible`.
    package init(_ name: ModelName, in store: ModelStore) throws(ModelStoreError) {
        try store.prepare()
        self.store = store
        self.name = name
        path = store.path(of: name) + ".partial"
        do { file = try OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644) } catch {
            throw ModelStoreError(error)
        }
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .lockRefused(path: path, errno) }
        do { try takeIn() } catch { throw ModelStoreError(error) }
    }

    deinit {
        // A child that another thread has just forked has the file, too, until it executes its program:
        // closing ours alone would leave it locked until then.
        _ = flock(file.descriptor, LOCK_UN)
    }

    /// Bytes that are there.
    package var count: Int { state.withLock { $0.count } }

    /// Lower-case hexadecimal SHA-256 of the bytes that are there.
    package var sha256: String {
        state.withLock { state in
            var hash = state.hash
            return hash.finalizeHex()
        }
    }

    /// Throws the bytes away and notes what comes in their place, nil for nothing that could be gone on with.
    package func restart(note: [UInt8]? = nil) throws(ModelStoreError) {
        do throws(FileError) {
            try state.withLock { (state) throws(FileError) in
                guard ftruncate(file.descriptor, 0) == 0 else { throw FileError(path: path, number: errno) }
                state = State()
            }
            unlink(notePath)
            if let note { try WholeFile.write(note, to: notePath) }
        } catch { throw ModelStoreError(error) }
    }

    /// What was noted at the last `restart`, if the partial file is of that download.
    package var note: [UInt8]? {
        FileManager.default.contents(atPath: notePath).map { [UInt8]($0) }
    }

    /// Adds bytes at the end.
    package func append(_ bytes: [UInt8]) throws(ModelStoreError) {
        do { try add(bytes) } catch { throw ModelStoreError(error) }
    }

    /// Adds what a file holds at the end.
    func append(contentsOf path: String) throws(ModelStoreError) {
        do throws(FileError) {
            let source = try OpenFile(path)
            while let piece = try source.nextPiece() { try add(piece) }
        } catch { throw ModelStoreError(error) }
    }

    private func add(_ bytes: [UInt8]) throws(FileError) {
        try state.withLock { (state) throws(FileError) in
            do throws(FileError) { try file.write(bytes, at: state.count) } catch {
                // What came of it is not counted, and must not stay behind what comes next.
                _ = ftruncate(file.descriptor, off_t(state.count))
                throw error
            }
            state.hash.update(bytes)
            state.count += bytes.count
        }
    }

    /// Puts the manifest beside the partial file, or takes one away that was there.
    package func setManifest(_ json: [UInt8]?) throws(ModelStoreError) {
        guard let json else {
            unlink(path + ".json")
            return
        }
        do { try WholeFile.write(json, to: path + ".json") } catch { throw ModelStoreError(error) }
    }

    /// Gives the file, and its manifest where there is one, their own names; on the disk when this returns.
    ///
    /// - Throws: `taken` when there is a model of that name by now.
    package func install() throws(ModelStoreError) -> ModelStore.Entry {
        let target = store.path(of: name)
        if let entry = store.entry(name) { throw .taken(name: name.text, path: entry.path) }
        guard access(target, F_OK) != 0 else { throw .taken(name: name.text, path: target) }
        do { try giveName(target) } catch { throw ModelStoreError(error) }
        return ModelStore.Entry(name: name, path: target, byteCount: count)
    }

    private func giveName(_ target: String) throws(FileError) {
        try file.sync()
        // A manifest without a model is nothing, a model without its manifest would be read otherwise: it
        // comes first, and one that a removed model left behind goes.
        let manifest = path + ".json"
        if access(manifest, F_OK) == 0 {
            try rename(manifest, to: target + ".json")
        } else {
            unlink(target + ".json")
        }
        try rename(path, to: target)
        unlink(notePath)
        try Folder.sync(store.folder)
    }

    private func rename(_ file: String, to target: String) throws(FileError) {
        guard Foundation.rename(file, target) == 0 else { throw FileError(path: path, number: errno) }
    }

    /// Removes everything of it.
    package func discard() {
        for file in [path, path + ".json", notePath] { unlink(file) }
    }

    private var notePath: String { path + ".origin" }

    /// Hashes what an earlier run left.
    private func takeIn() throws(FileError) {
        while let piece = try file.nextPiece() {
            state.withLock { state in
                state.hash.update(piece)
                state.count += piece.count
            }
        }
    }
}
