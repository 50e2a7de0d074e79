/// A request head as far as it has been read, and the checks that need all of it.
struct PartialHead {
    private var method = HTTPMethod.get
    private var target: RequestTarget?
    private var version = HTTPVersion.http11
    /// The header lines so far.
    private(set) var headers = HTTPHeaders()
    /// Bytes of the header lines so far, line ends included.
    var byteCount = 0

    init() {}

    /// `method SP request-target SP HTTP-version` (RFC 9112, 3), with exactly these spaces.
    init(requestLine line: ArraySlice<UInt8>) throws(RequestRefusal) {
        let malformed = RequestRefusal(.badRequest, "the request line is malformed")
        let words = line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count == 3, ByteClass.isToken(words[0]) else { throw malformed }
        method = HTTPMethod(unchecked: String(decoding: words[0], as: UTF8.self))
        version = try Self.version(words[2], malformed)
        guard method != .connect else {
            throw RequestRefusal(.notImplemented, "this server is no proxy: CONNECT is not implemented")
        }
        let target = try RequestTarget(parsing: FieldLine.text(words[1]))
        guard target.form != .asterisk || method == .options else {
            throw RequestRefusal(.badRequest, "the target * is for OPTIONS only")
        }
        self.target = target
    }

    /// A higher minor version is served as 1.1, which it is compatible with (RFC 9110, 2.5).
    private static func version(
        _ word: ArraySlice<UInt8>, _ malformed: RequestRefusal
    ) throws(RequestRefusal) -> HTTPVersion {
        let bytes = Array(word)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), ByteClass.isDigit(bytes[5]),
            bytes[6] == UInt8(ascii: "."), ByteClass.isDigit(bytes[7])
        else { throw malformed }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw RequestRefusal(.versionNotSupported, "only HTTP/1.1 and HTTP/1.0 are served")
        }
        return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }

    mutating func add(_ line: ArraySlice<UInt8>, limit: Int) throws(RequestRefusal) {
        guard headers.count < limit else {
            throw RequestRefusal(.headerFieldsTooLarge, "the header has more than \(limit) lines")
        }
        do {
            let field = try FieldLine.parse(line)
            headers.add(field.name, field.value)
        } catch {
            throw RequestRefusal(.badRequest, error.detail)
        }
    }

    /// Checks what concerns the head as a whole, and decides the framing.
    func finish() throws(RequestRefusal) -> HTTPRequest {
        guard let target else { preconditionFailure("a head begins with its request line") }
        try checkHost()
        try checkExpectation()
        return HTTPRequest(
            method: method, target: target, version: version, headers: headers, framing: try framing())
    }

    /// Exactly one `Host` in 1.1, at most one in 1.0, and a well-formed one (RFC 9112, 3.2).
    private func checkHost() throws(RequestRefusal) {
        let hosts = headers.values(.host)
        guard hosts.count <= 1 else {
            throw RequestRefusal(.badRequest, "there is more than one Host header")
        }
        guard let host = hosts.first else {
            if version == .http10 { return }
            throw RequestRefusal(.badRequest, "the Host header is missing")
        }
        guard HostGrammar.isValid(host.utf8) else {
            throw RequestRefusal(.badRequest, "the Host header is malformed")
        }
    }

    /// RFC 9110, 10.1.1; an HTTP/1.0 client's `Expect` is ignored.
    private func checkExpectation() throws(RequestRefusal) {
        guard version == .http11 else { return }
        guard headers.listElements(.expect).allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw RequestRefusal(.expectationFailed, "only the expectation 100-continue is met")
        }
    }

    /// RFC 9112, 6.3, with every ambiguity refused: they are what request smuggling is made of.
    private func framing() throws(RequestRefusal) -> RequestFraming {
        let lengths = headers.values(.contentLength)
        guard headers.contains(.transferEncoding) else { return try Self.length(lengths) }
        guard lengths.isEmpty else {
            throw RequestRefusal(.badRequest, "there is both a Content-Length and a Transfer-Encoding")
        }
        guard version == .http11 else {
            throw RequestRefusal(.badRequest, "HTTP/1.0 has no Transfer-Encoding")
        }
        let codings = headers.listElements(.transferEncoding).map { $0.lowercased() }
        guard codings.allSatisfy({ $0 == "chunked" }) else {
            throw RequestRefusal(.notImplemented, "the only transfer coding is chunked")
        }
        guard codings.count == 1 else { throw RequestRefusal(.badRequest, "Transfer-Encoding is malformed") }
        return .chunked
    }

    private static func length(_ values: [String]) throws(RequestRefusal) -> RequestFraming {
        guard values.count <= 1 else {
            throw RequestRefusal(.badRequest, "there is more than one Content-Length")
        }
        guard let text = values.first else { return .none }
        guard !text.isEmpty, text.utf8.allSatisfy(ByteClass.isDigit) else {
            throw RequestRefusal(.badRequest, "Content-Length is not a number")
        }
        guard let length = Int(text) else {
            throw RequestRefusal(.contentTooLarge, "Content-Length is beyond any limit")
        }
        return length == 0 ? .none : .length(length)
    }
}
