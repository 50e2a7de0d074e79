import Dispatch

/// A connection and the one serial queue on which it is opened, used and closed.
///
/// SQLite blocks on the disk, so this work never runs on the cooperative pool.
///
/// `@unchecked Sendable`: `connection` is touched on `queue` only, or in `deinit` when nobody else is left.
final class ConnectionQueue: @unchecked Sendable {
    private let queue: DispatchQueue
    private var connection: SQLiteConnection?

    /// - Parameter label: Names the queue's thread in a debugger.
    init(label: String) { queue = DispatchQueue(label: "arcface.gallery." + label) }

    /// Opens the connection with `make`, which gets the queue to hand on.
    func open<T: Sendable>(
        _ make: @escaping @Sendable (DispatchQueue) throws(GalleryError) -> (SQLiteConnection, T)
    ) async throws(GalleryError) -> T {
        try await queue.answer { () throws(GalleryError) -> T in
            let (connection, result) = try make(self.queue)
            self.connection = connection
            return result
        }
    }

    /// Runs `body` on the queue.
    ///
    /// - Throws: What `body` throws; `GalleryError.closed` when there is no connection.
    func perform<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        try await queue.answer { () throws(GalleryError) -> T in
            guard let connection = self.connection else { throw .closed }
            return try body(connection)
        }
    }

    /// Closes the connection after what was asked for before.
    func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async {
                self.connection = nil
                continuation.resume()
            }
        }
    }
}
