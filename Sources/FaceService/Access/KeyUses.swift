import Encodings
package import Gallery
import Locks

/// When each key was last used, as far as it is not written down: that is done so rarely that it is no load.
package final class KeyUses: Sendable {
    private struct State {
        var times: [KeyID: Timestamp] = [:]
        /// Waits and then writes down; there is one while something is to be written.
        var writing: Task<Void, Never>?
    }

    private let store: GalleryStore
    /// How long a use waits to be written down.
    private let delay: Duration
    private let report: @Sendable (any Error) -> Void
    private let state = Locked(State())

    /// - Parameter report: told why uses could not be written down; they are kept for the next time.
    package init(store: GalleryStore, delay: Duration, report: @escaping @Sendable (any Error) -> Void) {
        self.store = store
        self.delay = delay
        self.report = report
    }

    package func note(_ key: KeyID) {
        let now = Timestamp.now()
        state.withLock { state in
            state.times[key] = now
            state.writing = state.writing ?? Task { [self] in await writeLater() }
        }
    }

    /// When the key was last used, if that is not written down yet.
    func time(of key: KeyID) -> Timestamp? { state.withLock { $0.times[key] } }

    /// Writes down what there is, at once; nothing is under way any more then.
    package func write() async {
        // Taken out, so that a use noted from now on gets a writer of its own.
        let writing = state.withLock { state in
            let writing = state.writing.take()
            writing?.cancel()
            return writing
        }
        await writing?.value
        await writeNow()
    }

    /// Goes on while there is something to write, and is there for `write()` to wait for until it is written.
    private func writeLater() async {
        while (try? await Task.sleep(for: delay)) != nil {
            await writeNow()
            let isDone = state.withLock { state in
                // Whoever cancelled it has taken it out.
                guard !Task.isCancelled, state.times.isEmpty else { return Task.isCancelled }
                state.writing = nil
                return true
            }
            if isDone { return }
        }
    }

    private func writeNow() async {
        let times = state.withLock { state in
            defer { state.times = [:] }
            return state.times
        }
        do throws(GalleryError) {
            try await store.noteUses(times)
        } catch {
            state.withLock { $0.times.merge(times) { max($0, $1) } }
            report(error)
        }
    }
}
