/// Lets others run until `condition` holds; for what says nowhere that it has come about. A test whose
/// condition never holds ends by its time limit.
package func until(_ condition: () async throws -> Bool) async rethrows {
    while try await !condition() { await Task.yield() }
}
