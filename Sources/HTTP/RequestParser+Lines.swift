extension RequestParser {
    /// The next line without its CRLF, nil when it is not complete. `tooLong` is thrown when it has more
    /// than `limit` bytes, complete or not, whichever way the bytes were cut.
    mutating func takeLine(limit: Int, tooLong: RequestRefusal) throws(RequestRefusal) -> ArraySlice<UInt8>? {
        let from = buffer.start + searched
        guard let feed = buffer.bytes[from...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.count
            let length = searched - (buffer.bytes.last == UInt8(ascii: "\r") ? 1 : 0)
            if length > limit { throw tooLong }
            return nil
        }
        let endsInCR = feed > buffer.start && buffer.bytes[feed - 1] == UInt8(ascii: "\r")
        let line = buffer.bytes[buffer.start..<(endsInCR ? feed - 1 : feed)]
        // Before the line end is judged, as it is when the line comes in pieces.
        if line.count > limit { throw tooLong }
        guard endsInCR else { throw RequestRefusal(.badRequest, "a line ends in LF without CR") }
        searched = 0
        buffer.consume(to: feed + 1)
        return line
    }

    /// False when more bytes are needed.
    mutating func parseRequestLine(emptyLines: Int) throws(RequestRefusal) -> Bool {
        // A TLS hello or other noise is refused at its first byte, not when a line of it is too long.
        if let first = buffer.bytes[buffer.start...].first, first != UInt8(ascii: "\r"),
            !ByteClass.isTokenByte(first)
        {
            throw RequestRefusal(.badRequest, "the request line is malformed")
        }
        let tooLong = RequestRefusal(
            .uriTooLong, "the request line is longer than \(limits.requestLineBytes) bytes")
        guard let line = try takeLine(limit: limits.requestLineBytes, tooLong: tooLong) else { return false }
        if line.isEmpty {
            guard emptyLines < limits.leadingEmptyLines else {
                throw RequestRefusal(.badRequest, "empty lines stand before the request line")
            }
            state = .requestLine(emptyLines: emptyLines + 1)
        } else {
            head = try PartialHead(requestLine: line)
            state = .fields
        }
        return true
    }

    mutating func takeFieldLine() throws(RequestRefusal) -> ArraySlice<UInt8>? {
        let tooLong = RequestRefusal(
            .headerFieldsTooLarge, "the header is longer than \(limits.headerBytes) bytes")
        let line = try takeLine(limit: limits.headerBytes - head.byteCount, tooLong: tooLong)
        if let line { head.byteCount = min(limits.headerBytes, head.byteCount + line.count + 2) }
        return line
    }

    mutating func finishHead() throws(RequestRefusal) -> HTTPRequest {
        let request = try head.finish()
        head = PartialHead()
        switch request.framing {
        case .none: state = .end
        case .length(let length): state = .body(remaining: length)
        case .chunked: state = .chunkLine
        }
        return request
    }
}
