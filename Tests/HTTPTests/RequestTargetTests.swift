import HTTP
import Testing

@Suite struct RequestTargetTests {
    private func parse(_ text: String) -> RequestTarget? { try? RequestTarget(parsing: text) }

    @Test func `paths are split before they are decoded`() {
        #expect(parse("/")?.segments == [""])
        #expect(parse("/a/b%2Fc")?.segments == ["a", "b/c"])
        #expect(parse("/a//b/")?.segments == ["a", "", "b", ""])
        #expect(parse("/Zo%C3%AB/%F0%9F%98%80/a+b")?.segments == ["Zoë", "😀", "a+b"])
        #expect(parse("/%2e%2E/x")?.segments == ["..", "x"])
        #expect(parse("/a%2Fb?c")?.rawPath == "/a%2Fb")
    }

    @Test func `queries keep order, repetitions and empty values`() {
        let target = parse("/p?a=1&b&a=2&=x&&c=d=e&f=%26+%2B")
        let wanted = [("a", "1"), ("b", ""), ("a", "2"), ("", "x"), ("c", "d=e"), ("f", "& +")]
        #expect(target?.queryItems == wanted.map { QueryItem(name: $0.0, value: $0.1) })
        #expect(parse("/p?")?.queryItems == [])
    }

    @Test func `malformed escapes, invalid UTF-8 and control characters are refused`() {
        for bad in ["%", "%a", "%zz", "%C3", "%FF", "%ED%A0%80", "%C0%80", "%00", "%0a", "%7f", "%1F"] {
            #expect(parse("/a/\(bad)") == nil, "path \(bad)")
            #expect(parse("/a?b=\(bad)") == nil, "value \(bad)")
            #expect(parse("/a?\(bad)=b") == nil, "name \(bad)")
        }
        for bad in ["", "a", "/a b", "/a#b", "/é", "/a\u{0}", "?a=b"] { #expect(parse(bad) == nil, "\(bad)") }
    }

    @Test func `every escape of one byte decodes to it or is refused`() {
        for byte in UInt8.min...UInt8.max {
            let text = String(byte, radix: 16)
            let target = parse("/%" + (byte < 16 ? "0" : "") + text)
            if byte >= 0x20 && byte < 0x7F {
                #expect(target?.segments == [String(Unicode.Scalar(byte))])
            } else {
                #expect(target == nil)
            }
        }
    }

    @Test func `the absolute form gives its authority and its path`() {
        let target = parse("HTTP://a.b:80/c/d?e=f")
        #expect(target?.form == .absolute && target?.authority == "a.b:80" && target?.rawPath == "/c/d")
        #expect(target?.queryItems == [QueryItem(name: "e", value: "f")])
        #expect(parse("http://a")?.rawPath == "/" && parse("http://a?b")?.rawPath == "/")
        #expect(parse("http://[::1]:8080/x")?.authority == "[::1]:8080")
        for bad in ["http:/a", "http://", "http:///a", "http://a@b/", "gopher://a/", "http://a:b/"] {
            #expect(parse(bad) == nil, "\(bad)")
        }
        #expect(parse("*")?.form == .asterisk)
    }
}
