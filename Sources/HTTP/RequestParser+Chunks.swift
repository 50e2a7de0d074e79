/// The chunked coding (RFC 9112, 7.1).
extension RequestParser {
    /// False when more bytes are needed.
    mutating func parseChunkLine() throws(RequestRefusal) -> Bool {
        let tooLong = RequestRefusal(
            .badRequest, "a chunk-size line is longer than \(limits.chunkLineBytes) bytes")
        guard let line = try takeLine(limit: limits.chunkLineBytes, tooLong: tooLong) else { return false }
        let size = try Self.chunkSize(line)
        state = size == 0 ? .trailers(bytes: 0) : .chunkData(remaining: size)
        return true
    }

    /// `chunk-size [ chunk-ext ]`; extensions are read over.
    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(RequestRefusal) -> Int {
        let malformed = RequestRefusal(.badRequest, "a chunk-size line is malformed")
        let digits = line.prefix { ByteClass.hexValue($0) != nil }
        let rest = line[digits.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }
        // Fifteen digits can't overflow an Int, and no client sends leading zeros by the dozen.
        guard (1...15).contains(digits.count), rest.allSatisfy(ByteClass.isFieldByte) else { throw malformed }
        guard rest.isEmpty ? digits.endIndex == line.endIndex : rest.first == UInt8(ascii: ";") else {
            throw malformed
        }
        return digits.reduce(0) { $0 << 4 | Int(ByteClass.hexValue($1) ?? 0) }
    }

    /// The CRLF behind a chunk's data.
    mutating func skipChunkEnd() throws(RequestRefusal) -> Bool {
        let bytes = buffer.bytes[buffer.start...]
        guard let first = bytes.first else { return false }
        let second = bytes.dropFirst().first
        guard first == UInt8(ascii: "\r"), second == nil || second == UInt8(ascii: "\n") else {
            throw RequestRefusal(.badRequest, "a chunk is longer than its size says")
        }
        guard second != nil else { return false }
        buffer.consume(to: buffer.start + 2)
        state = .chunkLine
        return true
    }

    /// Trailers are checked as headers are, and dropped: nothing here has a use for them, and merging
    /// them into the headers is how limits get bypassed (RFC 9110, 6.5.1).
    mutating func parseTrailer(_ bytes: Int) throws(RequestRefusal) -> Bool {
        let tooLong = RequestRefusal(
            .headerFieldsTooLarge, "the trailers are longer than \(limits.trailerBytes) bytes")
        guard let line = try takeLine(limit: limits.trailerBytes - bytes, tooLong: tooLong) else {
            return false
        }
        if line.isEmpty {
            state = .end
            return true
        }
        do { _ = try FieldLine.parse(line) } catch { throw RequestRefusal(.badRequest, error.detail) }
        state = .trailers(bytes: min(limits.trailerBytes, bytes + line.count + 2))
        return true
    }
}
