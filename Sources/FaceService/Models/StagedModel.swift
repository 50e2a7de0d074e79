import Digest
import Foundation
import Locks

/// A model on its way into the store: `NAME.onnx.partial`, locked against other processes, its SHA-256 kept
/// along.
///
/// The file outlives the process, so that a download can go on where it was broken off; what it was part of
/// can be noted beside it.
package final class StagedModel: Sendable {
    private struct State {
        var descriptor: Int32
        var count = 0
        var hash = SHA256()
    }

    package let path: String
    /// Where it will be.
    package var installedPath: String { store.path(of: name) }
    private let store: ModelStore
    private let name: ModelName
    private let state: Locked<State>

    /// Opens the partial file, which may hold bytes already, and makes the store's folder where it is
    /// missing.
    ///
    /// - Throws: `inUse` when another process has it, `inaccessible`.
    package init(_ name: ModelName, in store: ModelStore) throws(ModelStoreError) {
        try store.prepare()
        self.store = store
        self.name = name
        path = store.path(of: name) + ".partial"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .inaccessible(path: path, reason: Self.systemReason()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let fault = ModelStoreError.lockRefused(path: path, errno)
            close(descriptor)
            throw fault
        }
        state = Locked(State(descriptor: descriptor))
        try takeIn()
    }

    deinit {
        state.withLock { state in
            // A child that another thread has just forked has the file, too, until it executes its program:
            // closing ours alone would leave it locked until then.
            _ = flock(state.descriptor, LOCK_UN)
            _ = close(state.descriptor)
        }
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
        try checked(
            state.withLock { state in
                guard ftruncate(state.descriptor, 0) == 0 else { return -1 }
                state.count = 0
                state.hash = SHA256()
                return 0
            })
        unlink(notePath)
        if let note { try write(note, to: notePath) }
    }

    /// What was noted at the last `restart`, if the partial file is of that download.
    package var note: [UInt8]? {
        FileManager.default.contents(atPath: notePath).map { [UInt8]($0) }
    }

    /// Adds bytes at the end.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(ModelStoreError) {
        let code = state.withLock { state in
            Self.write(bytes, to: state.descriptor, at: state.count) { piece in
                state.hash.update(piece)
                state.count += piece.count
            }
        }
        try checked(code)
    }

    /// Adds bytes at the end.
    package func append(_ bytes: [UInt8]) throws(ModelStoreError) {
        var failure: ModelStoreError?
        bytes.withUnsafeBytes { bytes in
            do throws(ModelStoreError) { try append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Puts the manifest beside the partial file, or takes one away that was there.
    package func setManifest(_ json: [UInt8]?) throws(ModelStoreError) {
        if let json { try write(json, to: path + ".json") } else { unlink(path + ".json") }
    }

    /// Gives the file, and its manifest where there is one, their own names; on the disk when this returns.
    ///
    /// - Throws: `taken` when there is a model of that name by now.
    package func install() throws(ModelStoreError) -> ModelStore.Entry {
        let target = store.path(of: name)
        if let entry = store.entry(name) { throw .taken(name: name.text, path: entry.path) }
        guard access(target, F_OK) != 0 else { throw .taken(name: name.text, path: target) }
        try checked(state.withLock { fsync($0.descriptor) })
        // A manifest without a model is nothing, a model without its manifest would be read otherwise: it
        // comes first, and one that a removed model left behind goes.
        let manifest = path + ".json"
        if access(manifest, F_OK) == 0 {
            try checked(rename(manifest, target + ".json"))
        } else {
            unlink(target + ".json")
        }
        try checked(rename(path, target))
        unlink(notePath)
        try syncFolder()
        return ModelStore.Entry(name: name, path: target, byteCount: count)
    }

    /// Removes everything of it.
    package func discard() {
        for file in [path, path + ".json", notePath] { unlink(file) }
    }

    private var notePath: String { path + ".origin" }

    /// Hashes what an earlier run left.
    private func takeIn() throws(ModelStoreError) {
        let code = state.withLock { state in
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let read = pread(state.descriptor, &buffer, buffer.count, off_t(state.count))
                if read < 0 && errno == EINTR { continue }
                guard read > 0 else { return Int32(read) }
                buffer.withUnsafeBytes { state.hash.update(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
                state.count += read
            }
        }
        try checked(code)
    }

    /// A small file, whole and on the disk.
    private func write(_ bytes: [UInt8], to file: String) throws(ModelStoreError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .inaccessible(path: file, reason: Self.systemReason()) }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ Self.write($0, to: descriptor, at: 0) }) == 0, fsync(descriptor) == 0
        else {
            throw .inaccessible(path: file, reason: Self.systemReason())
        }
    }

    /// Writes all of `bytes`, in as many pieces as the system takes, and calls `written` with each; -1 with
    /// `errno` set where that fails.
    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int,
        _ written: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) -> Int32 {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                return -1
            }
            written(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            done += count
        }
        return 0
    }

    private func syncFolder() throws(ModelStoreError) {
        let descriptor = open(store.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .inaccessible(path: store.folder, reason: Self.systemReason()) }
        defer { close(descriptor) }
        try checked(fsync(descriptor))
    }

    private func checked(_ code: Int32) throws(ModelStoreError) {
        guard code == 0 else { throw .inaccessible(path: path, reason: Self.systemReason()) }
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}
