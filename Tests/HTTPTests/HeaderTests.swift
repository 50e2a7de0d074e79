import HTTP
import Testing

@Suite struct HeaderTests {
    @Test func `names compare without case and keep their spelling`() throws {
        let name = try #require(FieldName(String("x-FOO")))
        #expect(name == "X-Foo" && name.rawName == "x-FOO" && name.canonicalName == "x-foo")
        #expect(Set([name, "X-Foo"]).count == 1)
        for bad in ["", "a b", "a:", "é", "a\r"] { #expect(FieldName(bad) == nil) }
    }

    @Test func `a value with a control byte can't be built`() {
        for byte in UInt8.min..<0x80 {
            let value = FieldValue("a" + String(Unicode.Scalar(byte)) + "b")
            #expect((value != nil) == (byte == 0x09 || (byte >= 0x20 && byte != 0x7F)), "\(byte)")
        }
        #expect(FieldValue(String(" \t a b\t "))?.text == "a b")
        #expect(FieldValue(String(" \t "))?.text == "")
        #expect(FieldValue(String("é"))?.text == "é")
    }

    @Test func `setting replaces, adding keeps`() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3"]
        #expect(headers.values("A") == ["1", "3"] && headers["a"]?.text == "1")
        headers.add("b", "4")
        headers["A"] = "5"
        #expect(headers.fields.map(\.value.text) == ["2", "4", "5"])
        headers["B"] = nil
        #expect(!headers.contains("b") && headers.count == 1)
    }

    @Test func `list elements come from all lines`() {
        let headers: HTTPHeaders = ["Connection": "Close , ,x", "connection": "keep-alive"]
        #expect(headers.listElements(.connection) == ["Close", "x", "keep-alive"])
        #expect(headers.list(.connection, has: "close") && !headers.list(.connection, has: "clos"))
    }

    @Test func `media types`() {
        let type = MediaType("Multipart/Form-Data ; Boundary=\"a b\\\"\\\\c\\d\"; x=Y ;")
        #expect(type?.essence == "multipart/form-data")
        #expect(type?.parameter("boundary") == "a b\"\\c\\d" && type?.parameter("x") == "Y")
        #expect(MediaType("image/svg+xml")?.subtype == "svg+xml")
        for bad in [
            "", "a", "a/", "/b", "a/b/c", "a/b c", "a/b;c", "a/b;c=", "a/b;c=\"d", "a/b;=d", "a/b; c =d",
        ] {
            #expect(MediaType(bad) == nil, "\(bad)")
        }
    }

    @Test func `dates`() {
        #expect(HTTPDate.text(secondsSince1970: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(secondsSince1970: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.text(secondsSince1970: 951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
        #expect(HTTPDate.text(secondsSince1970: 4_107_542_399) == "Sun, 28 Feb 2100 23:59:59 GMT")
        #expect(HTTPDate.text(secondsSince1970: 4_107_542_400) == "Mon, 01 Mar 2100 00:00:00 GMT")
    }
}
