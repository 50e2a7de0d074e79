/// An incremental parser of HTTP/1 requests (RFC 9112): bytes are put in as they come, events taken out.
///
/// The result does not depend on how the bytes were cut into pieces. Lines end in CRLF only: a bare LF is
/// refused, as two parsers that disagree about line ends are how requests get smuggled. Each byte is looked
/// at once. After a refusal the parser must not be used again: where the next request begins is unknown.
package struct RequestParser {
    /// What was found.
    package enum Event: Sendable {
        case head(HTTPRequest)
        /// A piece of the body, never empty.
        case body([UInt8])
        /// The end of the request. The next call to `next()` looks for another.
        case end
    }

    enum State {
        case requestLine(emptyLines: Int)
        case fields
        case body(remaining: Int)
        case chunkLine
        case chunkData(remaining: Int)
        case chunkDataEnd
        case trailers(bytes: Int)
        case end
    }

    let limits: ParserLimits
    var buffer = InputBuffer()
    var state = State.requestLine(emptyLines: 0)
    /// How far from the buffer's start the search for a line end has come.
    var searched = 0
    var head = PartialHead()

    package init(limits: ParserLimits = ParserLimits()) { self.limits = limits }

    /// Puts bytes in. The caller bounds `bufferedBytes` by not reading more while it is large.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(bytes) }

    /// Puts bytes in.
    package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { buffer.append($0) } }

    /// Bytes that were put in and not used yet.
    package var bufferedBytes: Int { buffer.count }

    /// The header lines of the request that is being read, as far as its head has come; after a refusal of
    /// the head those before the place where it was refused.
    package var headersSoFar: HTTPHeaders { head.headers }

    /// Body bytes that are still to come if that is known: nil within a chunked body.
    package var remainingBodyBytes: Int? {
        switch state {
        case .body(let remaining): remaining
        case .chunkLine, .chunkData, .chunkDataEnd, .trailers: nil
        case .requestLine, .fields, .end: 0
        }
    }

    /// The next event, nil when more bytes are needed.
    package mutating func next() throws(RequestRefusal) -> Event? {
        while true {
            switch state {
            case .requestLine(let emptyLines):
                guard try parseRequestLine(emptyLines: emptyLines) else { return nil }
            case .fields:
                guard let line = try takeFieldLine() else { return nil }
                if line.isEmpty { return .head(try finishHead()) }
                try head.add(line, limit: limits.headerCount)
            case .body(let remaining):
                guard let piece = takeBody(remaining) else { return nil }
                state = piece.count == remaining ? .end : .body(remaining: remaining - piece.count)
                return .body(piece)
            case .chunkLine:
                guard try parseChunkLine() else { return nil }
            case .chunkData(let remaining):
                guard let piece = takeBody(remaining) else { return nil }
                state =
                    piece.count == remaining ? .chunkDataEnd : .chunkData(remaining: remaining - piece.count)
                return .body(piece)
            case .chunkDataEnd:
                guard try skipChunkEnd() else { return nil }
            case .trailers(let bytes):
                guard try parseTrailer(bytes) else { return nil }
            case .end:
                state = .requestLine(emptyLines: 0)
                return .end
            }
        }
    }

    private mutating func takeBody(_ remaining: Int) -> [UInt8]? {
        buffer.count == 0 ? nil : buffer.take(upTo: remaining)
    }
}
