import CSQLite
import Locks

/// Says to long work on a connection that it is to end, from any thread and for good.
package final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        /// What is at work.
        var working: Interruptible?
    }

    private let state = Locked(State())

    package init() {}

    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Ends the statement under way too, in whatever it is: SQLite asks nobody while it walks the pages of a
    /// large file.
    package func cancel() {
        state.withLock { state in
            state.isCancelled = true
            // The lock keeps the connection from being closed meanwhile.
            state.working?.interrupt()
        }
    }

    fileprivate func setWorking(_ connection: Interruptible?) {
        state.withLock { $0.working = connection }
    }
}

extension SQLiteConnection {
    /// Steps of a statement between two looks at whether it is to go on: some ten rows, which may be long.
    private static let stepsBetweenLooks: Int32 = 256

    /// Runs `body`, whose statements end with an error (`isInterruption`) once `cancellation` is cancelled.
    ///
    /// - Parameter look: called now and then while a statement runs, on this connection's queue.
    func cancellable<T>(
        by cancellation: Cancellation, look: @escaping () -> Void = {}, _ body: () throws(GalleryError) -> T
    ) throws(GalleryError) -> T {
        let watch = StatementWatch {
            look()
            return !cancellation.isCancelled
        }
        cancellation.setWorking(Interruptible(pointer: pointer))
        sqlite3_progress_handler(
            pointer, Self.stepsBetweenLooks,
            { Unmanaged<StatementWatch>.fromOpaque($0!).takeUnretainedValue().goesOn() ? 0 : 1 },
            Unmanaged.passUnretained(watch).toOpaque())
        defer {
            sqlite3_progress_handler(pointer, 0, nil, nil)
            cancellation.setWorking(nil)
        }
        return try withExtendedLifetime(watch) { () throws(GalleryError) in try body() }
    }
}

extension SQLiteError {
    /// Whether somebody ended the statement.
    var isInterruption: Bool { code == SQLITE_INTERRUPT }
}

/// A connection as far as other threads may use it.
///
/// `@unchecked Sendable`: SQLite lets any thread interrupt, and nothing else is done with it.
private struct Interruptible: @unchecked Sendable {
    let pointer: OpaquePointer

    func interrupt() { sqlite3_interrupt(pointer) }
}

/// What SQLite calls between two steps.
private final class StatementWatch {
    let goesOn: () -> Bool

    init(_ goesOn: @escaping () -> Bool) { self.goesOn = goesOn }
}
