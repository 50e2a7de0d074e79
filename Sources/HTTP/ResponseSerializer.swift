/// Writes responses (RFC 9112, 4 and 7.1). Names and values are parsed types, so that nothing in them can
/// end a line.
package enum ResponseSerializer {
    /// Fields that say how the message is framed: the serializer's own, whatever the handler set.
    private static let ownFields: Set<FieldName> = [
        .contentLength, .transferEncoding, .connection, .date, "Keep-Alive", "Upgrade", .trailer,
    ]

    /// `HTTP/1.1 100 Continue`.
    package static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    /// The last chunk and the empty trailer section.
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// The head. `connection` is the `Connection` header's value, if there is to be one.
    package static func head(
        _ response: HTTPResponse, framing: ResponseFraming, connection: String?, date: String?
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        out.append(contentsOf: "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n".utf8)
        for field in response.headers.fields where !ownFields.contains(field.name) {
            append(field.name.rawName, field.value.text, to: &out)
        }
        if let date { append("Date", date, to: &out) }
        switch framing {
        case .length(let length), .none(.some(let length)): append("Content-Length", String(length), to: &out)
        case .chunked: append("Transfer-Encoding", "chunked", to: &out)
        case .none, .untilClose: break
        }
        if let connection { append("Connection", connection, to: &out) }
        out.append(contentsOf: "\r\n".utf8)
        return out
    }

    /// One chunk. `bytes` must not be empty: an empty chunk ends the body.
    package static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        precondition(!bytes.isEmpty, "an empty chunk ends the body")
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 20)
        out.append(contentsOf: String(bytes.count, radix: 16).utf8)
        out.append(contentsOf: "\r\n".utf8)
        out.append(contentsOf: bytes)
        out.append(contentsOf: "\r\n".utf8)
        return out
    }

    private static func append(_ name: String, _ value: String, to out: inout [UInt8]) {
        out.append(contentsOf: name.utf8)
        out.append(contentsOf: ": ".utf8)
        out.append(contentsOf: value.utf8)
        out.append(contentsOf: "\r\n".utf8)
    }
}
