/// The sink of a streamed response body.
package struct ResponseWriter: Sendable {
    private let sink: @Sendable ([UInt8]) async -> Result<Void, WriteError>

    /// `sink` takes a piece and returns when the next may come. Handlers can be tested with one of their own.
    package init(sink: @escaping @Sendable ([UInt8]) async -> Result<Void, WriteError>) { self.sink = sink }

    /// Sends `bytes`, then waits until what is buffered falls under the high-water mark. An empty piece sends
    /// nothing.
    package func write(_ bytes: [UInt8]) async throws(WriteError) { try await sink(bytes).get() }
}
