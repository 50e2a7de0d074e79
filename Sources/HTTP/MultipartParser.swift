import Glibc

/// Walks once over a multipart body (RFC 2046, 5.1.1; RFC 7578) and notes where its parts lie.
///
/// Linear in the body's length: the delimiter begins with CR and holds no other, so a failed comparison
/// never has to be looked at again.
struct MultipartParser {
    private let body: [UInt8]
    private let limits: MultipartLimits
    /// CR LF `--` boundary.
    private let delimiter: [UInt8]
    private var position = 0

    init(body: [UInt8], boundary: String, limits: MultipartLimits) throws(MultipartError) {
        guard Self.isBoundary(boundary) else { throw .invalidBoundary }
        self.body = body
        self.limits = limits
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// RFC 2046, 5.1.1: 1 to 70 of these characters, not ending in a space.
    private static func isBoundary(_ text: String) -> Bool {
        func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                true
            default: "'()+_,-./:=? ".utf8.contains(byte)
            }
        }
        return (1...70).contains(text.utf8.count) && text.utf8.allSatisfy(isAllowed)
            && text.utf8.last != 0x20
    }

    mutating func parse() throws(MultipartError) -> [MultipartPart] {
        try skipPreamble()
        var parts: [MultipartPart] = []
        while try !isAtClose() {
            guard parts.count < limits.maximumParts else { throw .tooManyParts(limit: limits.maximumParts) }
            parts.append(try parsePart())
        }
        return parts
    }

    /// To behind the first delimiter, whose CR LF is left out when nothing precedes it.
    private mutating func skipPreamble() throws(MultipartError) {
        if body.starts(with: delimiter[2...]) {
            position = delimiter.count - 2
        } else {
            guard let found = find(from: 0) else { throw .truncated(offset: body.count) }
            position = found + delimiter.count
        }
    }

    /// Behind a delimiter: true at `--`, false when a part follows (`position` is then behind the line end).
    private mutating func isAtClose() throws(MultipartError) -> Bool {
        if body[position...].starts(with: "--".utf8) { return true }
        let line = body[position...].drop { $0 == 0x20 || $0 == 0x09 }
        guard line.count >= 2 else { throw .truncated(offset: body.count) }
        guard line.starts(with: "\r\n".utf8) else { throw .malformedDelimiter(offset: position) }
        position = line.startIndex + 2
        return false
    }

    private mutating func parsePart() throws(MultipartError) -> MultipartPart {
        let offset = position
        let headers = try parseHeaders()
        // An empty content may share its line end with the header's empty line.
        let start = position
        guard let end = find(from: start - 2) else { throw .truncated(offset: body.count) }
        position = end + delimiter.count
        let disposition = headers.text(.contentDisposition).flatMap(Disposition.init)
        guard let disposition, let name = disposition.name else { throw .missingName(offset: offset) }
        return MultipartPart(
            name: name, filename: disposition.filename,
            contentType: headers.text(.contentType).flatMap(MediaType.init), headers: headers,
            content: body[start..<max(start, end)])
    }

    private mutating func parseHeaders() throws(MultipartError) -> HTTPHeaders {
        var headers = HTTPHeaders()
        let end = min(body.count, position + limits.maximumPartHeaderBytes)
        while true {
            guard let feed = body[position..<end].firstIndex(of: UInt8(ascii: "\n")) else {
                if end == body.count { throw .truncated(offset: body.count) }
                throw .headerTooLong(limit: limits.maximumPartHeaderBytes)
            }
            guard feed > position, body[feed - 1] == UInt8(ascii: "\r") else {
                throw .malformedHeader(offset: position)
            }
            let line = body[position..<(feed - 1)]
            if !line.isEmpty {
                do {
                    let field = try FieldLine.parse(line)
                    headers.add(field.name, field.value)
                } catch { throw .malformedHeader(offset: position) }
            }
            position = feed + 1
            if line.isEmpty { return headers }
        }
    }

    /// Where the next delimiter begins, at or behind `start`.
    private func find(from start: Int) -> Int? {
        body.withUnsafeBytes { all in
            delimiter.withUnsafeBytes { wanted in
                var from = start
                while from + wanted.count <= all.count {
                    let base = all.baseAddress!
                    guard let hit = memchr(base + from, 0x0D, all.count - from) else { return nil }
                    let at = UnsafeRawPointer(hit) - base
                    guard at + wanted.count <= all.count else { return nil }
                    if memcmp(base + at, wanted.baseAddress!, wanted.count) == 0 { return at }
                    from = at + 1
                }
                return nil
            }
        }
    }
}
