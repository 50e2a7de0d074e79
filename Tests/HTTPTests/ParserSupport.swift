import HTTP

/// What a parser made of a stream: heads with their bodies, and the refusal that ended it, if one did.
struct ParsedStream: Equatable {
    struct Message: Equatable {
        var method = ""
        var target: RequestTarget?
        var headers = HTTPHeaders()
        var body: [UInt8] = []
        var isComplete = false
    }

    var messages: [Message] = []
    var refusal: RequestRefusal?

    /// Parses `pieces` one after another.
    init(_ pieces: [[UInt8]], limits: ParserLimits = ParserLimits()) {
        var parser = RequestParser(limits: limits)
        do {
            for piece in pieces {
                parser.append(piece)
                while let event = try parser.next() { take(event) }
            }
        } catch {
            refusal = error
        }
    }

    init(_ text: String, limits: ParserLimits = ParserLimits()) {
        self.init([Array(text.utf8)], limits: limits)
    }

    private mutating func take(_ event: RequestParser.Event) {
        switch event {
        case .head(let request):
            messages.append(
                Message(method: request.method.rawValue, target: request.target, headers: request.headers))
        case .body(let bytes): messages[messages.count - 1].body += bytes
        case .end: messages[messages.count - 1].isComplete = true
        }
    }

    /// The status of the refusal, 200 when everything was a complete request, 0 when more bytes are needed.
    var status: Int {
        if let refusal { return refusal.status.code }
        return !messages.isEmpty && messages.allSatisfy(\.isComplete) ? 200 : 0
    }
}

/// The status for a request with this line and these header lines, `Host` added.
func status(line: String = "GET / HTTP/1.1", _ headers: String...) -> Int {
    ParsedStream(([line, "Host: a"] + headers).map { $0 + "\r\n" }.joined() + "\r\n").status
}
