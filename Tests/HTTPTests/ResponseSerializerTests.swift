import HTTP
import Testing

@Suite struct ResponseSerializerTests {
    private func head(_ framing: ResponseFraming, connection: String? = nil) -> String {
        let response = HTTPResponse(
            status: .ok,
            headers: ["X-A": "b", "content-length": "99", "Transfer-Encoding": "x", "Connection": "y"])
        return String(
            decoding: ResponseSerializer.head(response, framing: framing, connection: connection, date: "D"),
            as: UTF8.self)
    }

    @Test func `framing fields are the serializer's own`() {
        #expect(head(.length(3)) == "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nContent-Length: 3\r\n\r\n")
        #expect(
            head(.chunked) == "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(
            head(.untilClose, connection: "close")
                == "HTTP/1.1 200 OK\r\nX-A: b\r\nDate: D\r\nConnection: close\r\n\r\n")
        #expect(head(.none(length: 7)).contains("Content-Length: 7\r\n"))
        #expect(!head(.none(length: nil)).contains("ength"))
    }

    @Test func `a body is framed by what status, method and version allow`() {
        func framing(_ length: Int?, _ status: HTTPStatus, _ method: HTTPMethod, _ version: HTTPVersion)
            -> ResponseFraming
        {
            ResponseFraming(length: length, status: status, method: method, version: version)
        }
        #expect(framing(5, .ok, .get, .http11) == .length(5))
        #expect(framing(nil, .ok, .get, .http11) == .chunked)
        #expect(framing(nil, .ok, .get, .http10) == .untilClose)
        #expect(framing(5, .ok, .head, .http11) == .none(length: 5))
        #expect(framing(nil, .ok, .head, .http10) == .none(length: nil))
        #expect(framing(5, .noContent, .get, .http11) == .none(length: nil))
        #expect(framing(5, .notModified, .get, .http10) == .none(length: nil))
    }

    @Test func `chunks have their size in hexadecimal`() {
        #expect(
            ResponseSerializer.chunk(Array(repeating: 0x61, count: 26))
                == Array(("1a\r\n" + String(repeating: "a", count: 26) + "\r\n").utf8))
    }
}
