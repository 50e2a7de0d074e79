import Locks

/// Loads the inverter with the first job that needs it and keeps it; a load that failed is tried again with
/// the next job.
final class LazyInverter: Sendable {
    private let factory: InverterFactory
    private let loaded = Locked<(any FaceInverting)?>(nil)

    init(_ factory: @escaping InverterFactory) { self.factory = factory }

    /// Blocks while it loads.
    func get() throws -> any FaceInverting {
        try loaded.withLock { loaded in
            if let loaded { return loaded }
            let made = try factory()
            loaded = made
            return made
        }
    }
}
