/// A request's body: pieces as they arrive. Reading from the socket stops while nobody takes them.
///
/// One consumer: pieces go to whoever asks first.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = BodyError

    /// The length the client declared, nil when the body is chunked; 0 when there is none.
    package let declaredLength: Int?

    /// A body that is there already, for tests of handlers and for calls without a socket.
    package init(bytes: [UInt8]) { fatalError("...") }

    /// The whole body. A declared length over `limit` is refused before a byte is read (and before `100 Continue` is sent).
    package func collect(upTo limit: Int) async throws(BodyError) -> [UInt8] { fatalError("...") }

    package struct AsyncIterator: AsyncIteratorProtocol {
        package mutating func next() async throws(BodyError) -> [UInt8]? { fatalError("...") }
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BodyError) -> [UInt8]? { fatalError("...") }
    }

    package func makeAsyncIterator() -> AsyncIterator { fatalError("...") }
}
