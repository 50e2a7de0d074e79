import Files
import Foundation

/// A file that a command writes a result to, by the path that was given for it.
///
/// A regular file is replaced whole, so that it is the old one or the new one whenever the process ends.
/// Through everything else, as a device or a pipe, it is written: a name that somebody else's program has to
/// do with stays what it is.
struct OutputFile {
    let path: String
    /// Whether only its owner may read it, whatever was there before: it holds personal data.
    var isPrivate = false

    private enum Place {
        /// What this process has open already, as `/dev/stdout`: a file that stands there would be lost to
        /// whoever opened it.
        case stream(Int32)
        /// A device, a pipe or a socket.
        case device
        /// With all links followed, and what is there.
        case file(String, stat?)
    }

    /// Throws where it is known before the work that the file can't be written after it.
    func check() throws(CommandFailure) {
        switch try place() {
        case .stream: break
        case .device: guard access(path, W_OK) == 0 else { throw failure(errno) }
        case .file(let target, _): try checkFolder(FilePath.folder(of: target))
        }
    }

    /// Writes the whole file or, where it is a regular one, leaves it as it was.
    func write(_ text: String) throws(CommandFailure) { try write(Array(text.utf8)) }

    /// Writes the whole file or, where it is a regular one, leaves it as it was.
    func write(_ bytes: [UInt8]) throws(CommandFailure) {
        switch try place() {
        case .stream(let descriptor): try put(bytes, to: descriptor)
        case .device:
            let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(errno) }
            defer { close(descriptor) }
            // A pipe whose reader has left is an error like any other, and not the end of the process.
            let before = signal(SIGPIPE, SIG_IGN)
            defer { signal(SIGPIPE, before) }
            try put(bytes, to: descriptor)
        case .file(let target, let old): try replace(target, old, with: bytes)
        }
    }

    private func place() throws(CommandFailure) -> Place {
        guard !path.isEmpty else { throw failure("the path is empty") }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure(errno) }
            guard !path.hasSuffix("/") else { throw failure("there is no such folder") }
            return .file(try target(), nil)
        }
        let kind = status.st_mode & S_IFMT
        guard kind != S_IFDIR else { throw failure("it is a folder") }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            var open = stat()
            if fstat(descriptor, &open) == 0, open.st_dev == status.st_dev, open.st_ino == status.st_ino {
                return .stream(descriptor)
            }
        }
        return kind == S_IFREG ? .file(try target(), status) : .device
    }

    private func target() throws(CommandFailure) -> String {
        guard let target = FilePath.followed(path) else { throw failure(ELOOP) }
        return target
    }

    private func checkFolder(_ folder: String) throws(CommandFailure) {
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw errno == ENOENT ? failure("there is no folder \(folder.shown)") : failure(errno)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw failure("\(folder.shown) is no folder") }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw failure("the folder \(folder.shown): \(systemReason(errno))")
        }
    }

    private func replace(_ target: String, _ old: stat?, with bytes: [UInt8]) throws(CommandFailure) {
        try checkFolder(FilePath.folder(of: target))
        let (passing, descriptor) = try makePassing(
            in: FilePath.folder(of: target), mode: old == nil && !isPrivate ? 0o666 : 0o600)
        do throws(CommandFailure) {
            defer { close(descriptor) }
            if let old, !isPrivate { try takeOver(old, descriptor) }
            try put(bytes, to: descriptor)
            guard fsync(descriptor) == 0, rename(passing, target) == 0 else { throw failure(errno) }
        } catch {
            unlink(passing)
            throw error
        }
    }

    /// Beside the file that it is to become: only within one file system is a name taken over in one step.
    private func makePassing(in folder: String, mode: mode_t) throws(CommandFailure) -> (String, Int32) {
        while true {
            let path = folder + "/.arcface-" + String(UInt64.random(in: .min ... .max), radix: 16)
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            if descriptor >= 0 { return (path, descriptor) }
            guard errno == EEXIST else { throw failure(errno) }
        }
    }

    /// Who may read the file was somebody's decision, and stays it.
    private func takeOver(_ old: stat, _ descriptor: Int32) throws(CommandFailure) {
        let isOfGroup =
            fchown(descriptor, old.st_uid, old.st_gid) == 0 || fchown(descriptor, uid_t.max, old.st_gid) == 0
        // What the old group was allowed must not be allowed to another one.
        guard fchmod(descriptor, old.st_mode & (isOfGroup ? 0o777 : 0o707)) == 0 else { throw failure(errno) }
    }

    private func put(_ bytes: [UInt8], to descriptor: Int32) throws(CommandFailure) {
        if let reason = StandardStream.write(bytes, to: descriptor) { throw failure(reason) }
    }

    private func failure(_ number: Int32) -> CommandFailure { failure(systemReason(number)) }

    private func failure(_ reason: String) -> CommandFailure {
        CommandFailure(file: path, "cannot be written: \(reason)")
    }
}
