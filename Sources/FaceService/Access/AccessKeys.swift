import Gallery
import Locks

/// The keys as they are now, in memory: what is asked for with each request.
///
/// They are read anew each second, since `arcface key` writes them beside the service; a change that is made
/// here counts at once.
final class AccessKeys: Sendable {
    /// How long what was read is good for.
    private static let maximumAge: Duration = .seconds(1)

    /// All keys at one time.
    struct Ring: Sendable {
        fileprivate var keys: [ContentHash: KeyRecord]

        /// Nobody needs one.
        var isEmpty: Bool { keys.isEmpty }

        /// The key of that secret. A look-up by hash: how long it takes says nothing about secrets.
        func key(_ secret: String) -> KeyRecord? { keys[KeySecret.hash(of: secret)] }
    }

    private struct State {
        var ring: Ring?
        /// When the newest read began.
        var readAt: ContinuousClock.Instant?
        var reads = 0
        /// The number of the read, or of the change made here, that `ring` comes from.
        var ringRead = 0
    }

    private let store: GalleryStore
    private let uses: KeyUses
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (any Error) -> Void
    private let becameEmpty: @Sendable () -> Void
    private let state = Locked(State())

    /// - Parameters:
    ///   - clock: what time it is.
    ///   - report: told why keys could not be read anew.
    ///   - becameEmpty: told when the last key is gone.
    init(
        store: GalleryStore, uses: KeyUses, clock: @escaping @Sendable () -> ContinuousClock.Instant,
        report: @escaping @Sendable (any Error) -> Void, becameEmpty: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.uses = uses
        self.clock = clock
        self.report = report
        self.becameEmpty = becameEmpty
    }

    /// The keys, as they were a second ago or later. One request reads them anew while the others go by those
    /// at hand; where that fails they stay what they were.
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
            return try await read()
        } catch {
            guard let ring = state.withLock({ $0.ring }) else { throw error }
            report(error)
            return ring
        }
    }

    /// Notes that a request showed the key.
    func noteUse(of key: KeyID) { uses.note(key) }

    func create(_ scope: KeyScope, name: KeyName?) async throws(GalleryError) -> NewKey {
        let key = try await store.createKey(scope, name: name)
        change { $0.keys[key.secret.hash] = key.record }
        return key
    }

    func delete(_ id: KeyID) async throws(GalleryError) {
        try await store.deleteKey(id)
        change { ring in ring.keys = ring.keys.filter { $0.value.id != id } }
    }

    /// With the uses that are not written down yet.
    func list(_ page: PageRequest) async throws(GalleryError) -> Page<KeyRecord> {
        try await store.keys(page).map { key in uses.time(of: key.id).map(key.used) ?? key }
    }

    /// Writes down what only memory has.
    func close() async { await uses.write() }

    /// Brings what is in memory up to a change that is in the database. No read that began before it counts
    /// any more.
    private func change(_ body: (inout Ring) -> Void) {
        let isLast = state.withLock { state in
            state.reads += 1
            state.ringRead = state.reads
            guard var ring = state.ring else { return false }
            let wasEmpty = ring.isEmpty
            body(&ring)
            state.ring = ring
            return ring.isEmpty && !wasEmpty
        }
        if isLast { becameEmpty() }
    }

    /// Of two reads the one that began later counts, whichever ends first.
    private func read() async throws(GalleryError) -> Ring {
        let began = clock()
        let number = state.withLock { state in
            state.reads += 1
            return state.reads
        }
        let read = Ring(keys: try await store.keyHashes())
        let (ring, isLast) = state.withLock { state -> (Ring, Bool) in
            guard number > state.ringRead else { return (state.ring ?? read, false) }
            let hadKeys = state.ring.map { !$0.isEmpty } ?? false
            (state.ring, state.ringRead, state.readAt) = (read, number, began)
            return (read, hadKeys && read.isEmpty)
        }
        if isLast { becameEmpty() }
        return ring
    }
}
