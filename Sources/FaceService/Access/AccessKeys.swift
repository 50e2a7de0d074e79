import Gallery
import Locks

/// The keys as they are now, in memory: what is asked for with each request.
///
/// They are read anew each second, since `arcface key` writes them beside the service, and at once after a change that was made
/// here.
final class AccessKeys: Sendable {
    /// How old what is in memory may be.
    static let maximumAge: Duration = .seconds(1)
    /// How often uses are written down: rarely enough to be no load.
    private static let usesInterval: Duration = .seconds(60)

    /// All keys at one time.
    struct Ring: Sendable {
        fileprivate let keys: [ContentHash: KeyRecord]

        /// Nobody needs one.
        var isEmpty: Bool { keys.isEmpty }

        /// The key of that secret. A look-up by hash: how long it takes says nothing about secrets.
        func key(_ secret: String) -> KeyRecord? { keys[KeySecret.hash(of: secret)] }
    }

    private struct State {
        var ring: Ring?
        /// When what is in memory was read, or last was to be.
        var readAt: ContinuousClock.Instant?
        var reads = 0
        /// The number of the read that `ring` comes from.
        var ringRead = 0
        var uses: [KeyID: Timestamp] = [:]
        var usesWrittenAt: ContinuousClock.Instant
    }

    private let store: GalleryStore
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (any Error) -> Void
    private let state: Locked<State>

    /// - Parameters:
    ///   - clock: what time it is.
    ///   - report: told why keys could not be read anew, or uses not be written.
    init(
        store: GalleryStore, clock: @escaping @Sendable () -> ContinuousClock.Instant,
        report: @escaping @Sendable (any Error) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.report = report
        state = Locked(State(usesWrittenAt: clock()))
    }

    /// The keys, at most a second old. One request reads them anew while the others go by those at hand; where that fails
    /// they stay what they were.
    ///
    /// - Throws: what the store throws before the keys were ever read.
    func current() async throws(GalleryError) -> Ring {
        let now = clock()
        let known = state.withLock { state -> Ring? in
            guard let ring = state.ring, let readAt = state.readAt else { return nil }
            if now - readAt < Self.maximumAge { return ring }
            state.readAt = now
            return nil
        }
        if let known { return known }
        do throws(GalleryError) {
            let ring = try await read()
            writeDueUses()
            return ring
        } catch {
            guard let ring = state.withLock({ $0.ring }) else { throw error }
            report(error)
            return ring
        }
    }

    /// Notes that a request showed the key.
    func noteUse(of key: KeyID) {
        let now = Timestamp.now()
        state.withLock { $0.uses[key] = now }
    }

    func create(_ scope: KeyScope, name: KeyName?) async throws(GalleryError) -> NewKey {
        let key = try await store.createKey(scope, name: name)
        _ = try await read()
        return key
    }

    func delete(_ id: KeyID) async throws(GalleryError) {
        try await store.deleteKey(id)
        _ = try await read()
    }

    /// With the uses that are not written down yet.
    func list(_ page: PageRequest) async throws(GalleryError) -> Page<KeyRecord> {
        let found = try await store.keys(page)
        let uses = state.withLock { $0.uses }
        return found.map { key in uses[key.id].map(key.used) ?? key }
    }

    /// Writes down the uses that are not yet.
    func writeUses() async {
        let uses = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        do throws(GalleryError) { try await store.noteUses(uses) } catch { report(error) }
    }

    /// Of two reads the one that began later counts, whichever ends first: it began after the change that it is to see.
    private func read() async throws(GalleryError) -> Ring {
        let number = state.withLock { state in
            state.reads += 1
            return state.reads
        }
        let ring = Ring(keys: try await store.keyHashes())
        let now = clock()
        state.withLock { state in
            guard number > state.ringRead else { return }
            state.ring = ring
            state.ringRead = number
            state.readAt = now
        }
        return ring
    }

    /// Nobody waits for it: a write may stand behind a long import.
    private func writeDueUses() {
        let now = clock()
        let isDue = state.withLock { state in
            guard now - state.usesWrittenAt >= Self.usesInterval, !state.uses.isEmpty else { return false }
            state.usesWrittenAt = now
            return true
        }
        if isDue { Task { await writeUses() } }
    }
}
