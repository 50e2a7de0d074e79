import HTTP
import TestKit
import Testing

@Suite struct RequestParserTests {
    @Test func `a plain request is parsed`() throws {
        let stream = ParsedStream("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        let message = try #require(stream.messages.first)
        #expect(message.method == "POST" && message.target?.segments == ["a"])
        #expect(message.body == Array("abc".utf8) && message.isComplete && stream.refusal == nil)
    }

    static let corpus = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n",
        "\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloPUT /b HTTP/1.1\r\nHost:y:80\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4;x=\"y\"\r\nWiki\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\r\n\r\n",
        "GET /\(String(repeating: "x", count: 90)) HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "y", count: 90))\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "y", count: 78))\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;\(String(repeating: "e", count: 40))\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
    ]

    /// Small limits, so that the corpus reaches them.
    static let limits: ParserLimits = {
        var limits = ParserLimits()
        limits.requestLineBytes = 80
        limits.headerBytes = 96
        limits.chunkLineBytes = 32
        return limits
    }()

    @Test(arguments: corpus)
    func `a split at any byte, and one byte at a time, give the same parse`(text: String) {
        let bytes = Array(text.utf8)
        let whole = ParsedStream([bytes], limits: Self.limits)
        for cut in 0...bytes.count {
            #expect(ParsedStream([Array(bytes[..<cut]), Array(bytes[cut...])], limits: Self.limits) == whole)
        }
        #expect(ParsedStream(bytes.map { [$0] }, limits: Self.limits) == whole)
    }

    @Test func `bytes that the grammar does not allow are refused, each of the 256`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            func code(_ before: String, _ after: String) -> Int {
                ParsedStream([Array(before.utf8) + [byte] + Array(after.utf8)]).status
            }
            #expect(
                code("GE", "T / HTTP/1.1\r\nHost: a\r\n\r\n") == (token.contains(byte) ? 200 : 400),
                "method \(byte)")
            let inTarget = byte > 0x20 && byte < 0x7F && !"#%".utf8.contains(byte)
            #expect(
                code("GET /a", "b HTTP/1.1\r\nHost: a\r\n\r\n") == (inTarget ? 200 : 400), "target \(byte)")
            // A colon ends the name early and leaves a value, which is well-formed.
            let inName = token.contains(byte) || byte == UInt8(ascii: ":")
            #expect(
                code("GET / HTTP/1.1\r\nHost: a\r\nA", "b: c\r\n\r\n") == (inName ? 200 : 400), "name \(byte)"
            )
            let inValue = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
            #expect(
                code("GET / HTTP/1.1\r\nHost: a\r\nA: b", "c\r\n\r\n") == (inValue ? 200 : 400),
                "value \(byte)")
        }
    }

    @Test func `request lines`() {
        #expect(status(line: "GET  / HTTP/1.1") == 400)
        #expect(status(line: "GET / HTTP/1.1 ") == 400)
        #expect(status(line: " GET / HTTP/1.1") == 400)
        #expect(status(line: "GET /") == 400)
        #expect(status(line: "GET") == 400)
        #expect(status(line: "GET / http/1.1") == 400)
        #expect(status(line: "GET / HTTP/1.10") == 400)
        #expect(status(line: "GET / HTTP/2.0") == 505)
        #expect(status(line: "GET / HTTP/0.9") == 505)
        #expect(status(line: "GET / HTTP/1.2") == 200)
        #expect(status(line: "BREW / HTTP/1.1") == 200)
        #expect(status(line: "CONNECT a:80 HTTP/1.1") == 501)
        #expect(status(line: "OPTIONS * HTTP/1.1") == 200)
        #expect(status(line: "GET * HTTP/1.1") == 400)
        #expect(status(line: "GET http://a:80/b HTTP/1.1") == 200)
        #expect(status(line: "GET ftp://a/b HTTP/1.1") == 400)
        #expect(status(line: "GET http://u@a/b HTTP/1.1") == 400)
        #expect(status(line: "GET http:///b HTTP/1.1") == 400)
        #expect(status(line: "GET a HTTP/1.1") == 400)
    }

    @Test func `Host is required once in 1.1 and has to be one`() {
        func code(_ lines: String, version: String = "1.1") -> Int {
            ParsedStream("GET / HTTP/\(version)\r\n\(lines)\r\n").status
        }
        #expect(code("") == 400)
        #expect(code("", version: "1.0") == 200)
        #expect(code("Host: a\r\nHost: a\r\n") == 400)
        #expect(code("Host: a\r\nHost: b\r\n", version: "1.0") == 400)
        for good in ["a", "a:80", "a.b-c_d", "127.0.0.1:1", "[::1]", "[::1]:8080", ""] {
            #expect(code("Host: \(good)\r\n") == 200, "\(good)")
        }
        for bad in ["a b", "a/b", "u@a", "a:b", "a:1:2", "[::1", "[]", "[g]", "a:123456", "\"a\"", "é"] {
            #expect(code("Host: \(bad)\r\n") == 400, "\(bad)")
        }
    }

    @Test func `header lines`() {
        #expect(status("A:b") == 200)
        #expect(status("A:") == 200)
        #expect(status("A: \t b \t ") == 200)
        #expect(status("A : b") == 400)
        #expect(status("A\t: b") == 400)
        #expect(status(": b") == 400)
        #expect(status("A") == 400)
        #expect(status(" folded") == 400)
        #expect(status("A: b", "\tfolded") == 400)
        #expect(status("A: b\rc") == 400)
        #expect(status("A: b\n") == 400)
    }

    @Test func `ambiguous framing is refused`() {
        func code(_ headers: String..., line: String = "POST / HTTP/1.1") -> Int {
            ParsedStream(([line, "Host: a"] + headers).map { $0 + "\r\n" }.joined() + "\r\n").status
        }
        #expect(code("Content-Length: 0") == 200)
        #expect(code("Content-Length: 3") == 0)
        for bad in ["-1", "+1", "1 2", "1,1", "0x1", "", "1a", "1.0"] {
            #expect(code("Content-Length: \(bad)") == 400, "\(bad)")
        }
        #expect(code("Content-Length: 99999999999999999999") == 413)
        #expect(code("Content-Length: 3", "Content-Length: 3") == 400)
        #expect(code("Content-Length: 3", "Content-Length: 4") == 400)
        #expect(code("Content-Length: 3", "Transfer-Encoding: chunked") == 400)
        #expect(code("Transfer-Encoding: chunked", "content-length: 3") == 400)
        #expect(code("Transfer-Encoding: chunked") == 0)
        #expect(code("Transfer-Encoding: Chunked") == 0)
        #expect(code("Transfer-Encoding: gzip, chunked") == 501)
        #expect(code("Transfer-Encoding: identity") == 501)
        #expect(code("Transfer-Encoding: chunked, gzip") == 501)
        #expect(code("Transfer-Encoding: chunked, chunked") == 400)
        #expect(code("Transfer-Encoding: ") == 400)
        #expect(code("Transfer-Encoding: \u{b}chunked") == 400)
        #expect(code("Transfer-Encoding: chunked", line: "POST / HTTP/1.0") == 400)
        #expect(code("Expect: 100-continue", "Content-Length: 0") == 200)
        #expect(code("Expect: magic", "Content-Length: 0") == 417)
        #expect(code("Expect: magic", "Content-Length: 0", line: "POST / HTTP/1.0") == 200)
    }

    @Test func `chunked bodies`() {
        func stream(_ body: String) -> ParsedStream {
            ParsedStream("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        }
        #expect(
            stream("3\r\nabc\r\n00a\r\n0123456789\r\n0\r\n\r\n").messages[0].body
                == Array("abc0123456789".utf8))
        #expect(stream("0\r\n\r\n").status == 200)
        #expect(stream("3;a=b;c\r\nabc\r\n0\r\n\r\n").status == 200)
        #expect(stream("3 \t;a\r\nabc\r\n0\r\n\r\n").status == 200)
        #expect(stream("0\r\nA: b\r\nC: d\r\n\r\n").status == 200)
        for bad in [
            "\r\n", "g\r\n", "-1\r\n", "0x3\r\n", " 3\r\n", "3 \r\n", "3 x\r\n", "1234567890123456\r\n",
            "3\nabc",
            "3\r\nabcd", "3\r\nabc\n", "0\r\nA : b\r\n", "0\r\nA\r\n", "3;\u{1}\r\n",
        ] {
            #expect(stream(bad).status == 400, "\(bad.debugDescription)")
        }
        #expect(stream("3;" + String(repeating: "x", count: 300)).status == 400)
        #expect(stream("0\r\nA: " + String(repeating: "x", count: 9000)).status == 431)
        #expect(stream("0\r\n" + String(repeating: "A: b\r\n", count: 2000)).status == 431)
    }

    @Test func `limits of the head`() {
        func line(_ count: Int) -> Int {
            ParsedStream("GET /\(String(repeating: "x", count: count)) HTTP/1.1\r\nHost: a\r\n\r\n").status
        }
        #expect(line(8192 - 14) == 200)
        #expect(line(8192 - 13) == 414)
        #expect(status("A: " + String(repeating: "x", count: 40_000)) == 431)
        let many = (0..<99).map { "A\($0): b\r\n" }.joined()
        #expect(ParsedStream("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n").status == 200)
        #expect(ParsedStream("GET / HTTP/1.1\r\nHost: a\r\n\(many)B: c\r\n\r\n").status == 431)
        #expect(ParsedStream("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        #expect(ParsedStream("\r\n\r\n\r\nGET / HTTP/1.1\r\n").status == 400)
    }

    @Test func `no input traps, and a split never changes what it means`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            var bytes = Array(Self.corpus.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1 where bytes.count > 1: bytes.remove(at: at)
                default: bytes.insert("\r\n :;0f%".utf8.randomElement(using: &random)!, at: at)
                }
            }
            let whole = ParsedStream([bytes], limits: Self.limits)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let halves = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(ParsedStream(halves, limits: Self.limits) == whole)
            #expect(ParsedStream(bytes.map { [$0] }, limits: Self.limits) == whole)
        }
    }
}
