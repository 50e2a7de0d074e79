/// A request's body: pieces as they arrive. Reading from the socket stops while nobody takes them.
///
/// It has one reader: pieces go to whoever asks first, and two that wait at once are a mistake that traps.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = BodyError

    /// The length the client declared: nil when the body is chunked, 0 when there is none.
    package let declaredLength: Int?
    let channel: BodyChannel

    init(declaredLength: Int?, channel: BodyChannel) {
        self.declaredLength = declaredLength
        self.channel = channel
    }

    /// A body that is there already, for handlers that are called without a socket.
    package init(bytes: [UInt8]) {
        declaredLength = bytes.count
        channel = BodyChannel(complete: bytes)
    }

    /// The whole body. A declared length over `limit` is refused before a byte is read, and before the client
    /// is told to send it (`100 Continue`).
    package func collect(upTo limit: Int) async throws(BodyError) -> [UInt8] {
        if let declaredLength, declaredLength > limit { throw .tooLarge(limit: limit) }
        var collected: [UInt8] = []
        while let piece = try await channel.next() {
            guard piece.count <= limit - collected.count else { throw .tooLarge(limit: limit) }
            if collected.isEmpty {
                collected = piece
                if let declaredLength, declaredLength > piece.count {
                    collected.reserveCapacity(declaredLength)
                }
            } else {
                collected.append(contentsOf: piece)
            }
        }
        return collected
    }

    /// Takes pieces until the end; an error ends it.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let channel: BodyChannel

        package mutating func next() async throws(BodyError) -> [UInt8]? { try await channel.next() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BodyError) -> [UInt8]? {
            try await channel.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: channel) }
}
