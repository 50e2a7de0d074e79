import Gallery
import Glibc
import Locks

/// A file of answered ids, written line by line without buffering, so that it outlives its writer.
final class AnswerLog: Sendable {
    private let descriptor: Int32
    private let count = Locked(0)

    init(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        precondition(descriptor >= 0, "the log can't be made")
    }

    deinit { close(descriptor) }

    /// Adds a line and answers how many there are.
    func write(_ id: FaceID) -> Int {
        count.withLock { count in
            let line = Array((id.text + "\n").utf8)
            precondition(Glibc.write(descriptor, line, line.count) == line.count, "the log can't be written")
            count += 1
            return count
        }
    }
}
