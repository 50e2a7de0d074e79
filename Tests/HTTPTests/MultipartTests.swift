import HTTP
import TestKit
import Testing

@Suite struct MultipartTests {
    private func form(_ body: [UInt8], boundary: String = "b", limits: MultipartLimits = .init())
        throws(MultipartError) -> MultipartForm
    {
        try MultipartForm(
            body: body, contentType: MediaType("multipart/form-data; boundary=\"\(boundary)\"")!,
            limits: limits)
    }

    private func form(_ body: String, boundary: String = "b") throws(MultipartError) -> MultipartForm {
        try form(Array(body.utf8), boundary: boundary)
    }

    private func error(_ body: String) -> MultipartError? {
        do { _ = try form(body) } catch { return error }
        return nil
    }

    private func part(_ name: String, _ content: String) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(content)\r\n"
    }

    @Test func `parts have names, file names, types and contents`() throws {
        let form = try form(
            "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a \\\"b\\\".jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n\r\n--cin\r\r\n\r\n" + part("max_faces", "1")
                + part("image", "") + "--b--")
        #expect(form.parts.map(\.name) == ["image", "max_faces", "image"])
        let first = try #require(form.first("image"))
        #expect(first.filename == "a \"b\".jpg" && first.contentType?.essence == "image/jpeg")
        #expect(Array(first.content) == Array("\r\n--cin\r\r\n".utf8))
        #expect(form.all("image").map { $0.content.count } == [10, 0])
        #expect(form.first("max_faces")?.filename == nil)
    }

    @Test func `preamble, epilogue and padding are read over`() throws {
        #expect(try form("pre\r\n" + part("a", "1") + "--b-- \r\nepilogue\r\n--b").parts.count == 1)
        #expect(try form("--b \t\r\n" + part("a", "1").dropFirst(4) + "--b--").parts.count == 1)
        #expect(try form("--b--").parts.isEmpty)
        #expect(
            try form(part("a", "x--b") + "--b--").first("a").map { Array($0.content) } == Array("x--b".utf8))
    }

    @Test func `an empty part without its own line end is empty`() throws {
        let form = try form("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--")
        #expect(form.parts.map { $0.content.count } == [0])
    }

    @Test func `what is malformed is refused with its place`() {
        #expect(error("") == .truncated(offset: 0))
        #expect(error("x") == .truncated(offset: 1))
        #expect(error("--b") == .truncated(offset: 3))
        #expect(error("--bx\r\n") == .malformedDelimiter(offset: 3))
        #expect(error("--b\r\nA: b") == .truncated(offset: 9))
        #expect(error("--b\r\nA b\r\n\r\n\r\n--b--") == .malformedHeader(offset: 5))
        #expect(error("--b\r\nA: b\n\n") == .malformedHeader(offset: 5))
        #expect(error("--b\r\nA: b\r\n\r\nx\r\n--b--") == .missingName(offset: 5))
        #expect(
            error("--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--")
                == .missingName(offset: 5))
        #expect(
            error("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--")
                == .missingName(offset: 5))
        #expect(error(part("a", "never ends")) == .truncated(offset: part("a", "never ends").utf8.count))
    }

    @Test func `boundaries outside the grammar are refused`() throws {
        for bad in ["", String(repeating: "b", count: 71), "a ", "a\u{7}", "é", "a*"] {
            #expect(throws: MultipartError.invalidBoundary) { try form("--\(bad)--", boundary: bad) }
        }
        #expect(throws: MultipartError.invalidBoundary) {
            try MultipartForm(body: [], contentType: MediaType("multipart/form-data")!)
        }
        let longest = String(repeating: "'", count: 70)
        #expect(try form("--\(longest)--", boundary: longest).parts.isEmpty)
    }

    @Test func `limits hold`() throws {
        var limits = MultipartLimits()
        limits.maximumParts = 3
        limits.maximumPartHeaderBytes = 80
        let three = String(repeating: part("a", "1"), count: 3)
        #expect(try form(Array((three + "--b--").utf8), limits: limits).parts.count == 3)
        #expect(throws: MultipartError.tooManyParts(limit: 3)) {
            try form(Array((three + part("a", "1") + "--b--").utf8), limits: limits)
        }
        #expect(throws: MultipartError.headerTooLong(limit: 80)) {
            try form(Array((part(String(repeating: "n", count: 80), "1") + "--b--").utf8), limits: limits)
        }
    }

    @Test func `contents are slices of the body, found in one pass`() throws {
        // 8 MiB of what looks like delimiters: a quadratic search would not come back.
        let noise = Array(String(repeating: "\r\n--\r\r\n-", count: 1 << 20).utf8)
        let head = Array("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
        let body = head + noise + Array("\r\n--b--".utf8)
        let content = try #require(try form(body).first("a")).content
        #expect(content.count == noise.count && content.startIndex == head.count)
    }

    @Test func `damaged bodies never trap`() {
        var random = SeededGenerator(seed: 11)
        let sound = Array((part("a", "hello\r\n--c") + part("b", "") + "--b--\r\n").utf8)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = "\r\n-b:;\"= \u{0}".utf8.randomElement(using: &random)!
                case 1: bytes.remove(at: at)
                case 2: bytes.removeSubrange(at...)
                default: bytes.insert("\r\n-b".utf8.randomElement(using: &random)!, at: at)
                }
            }
            do {
                for part in try form(bytes).parts { #expect(part.content.endIndex <= bytes.count) }
            } catch { refused += 1 }
        }
        #expect(refused > 1000 && refused < 20_000)
    }
}
