import Gallery
import TestKit
import Testing

@Suite struct NameTests {
    @Test(arguments: ["a", "A-z_0.9", String(repeating: "x", count: 128), "..."])
    func `a gallery name of the allowed characters is taken`(_ text: String) throws {
        #expect(try GalleryName(text).text == text)
    }

    @Test(arguments: ["", String(repeating: "x", count: 129), "a b", "a/b", "é", "a\t"])
    func `any other gallery name is refused`(_ text: String) {
        #expect(throws: GalleryError.self) { try GalleryName(text) }
    }

    @Test(arguments: 0...255)
    func `each byte stands in a gallery name or doesn't`(_ byte: Int) {
        let scalar = Unicode.Scalar(UInt8(byte))
        let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".unicodeScalars
            .contains(scalar)
        #expect(((try? GalleryName(String(scalar))) != nil) == allowed)
    }

    @Test(arguments: [
        "Ada Lovelace", "é", "名前", "a/b?c#d%", "👩‍🔬", String(repeating: "x", count: 256), "\u{2009}",
    ])
    func `an identity name of printable text is taken`(_ text: String) throws {
        #expect(try IdentityName(text).text == text)
    }

    @Test(arguments: [
        "", "a\tb", "\u{7F}", "\u{85}", "\u{2028}", "\u{FFFF}", String(repeating: "é", count: 129),
    ])
    func `an identity name that is too long or doesn't print is refused`(_ text: String) {
        #expect(throws: GalleryError.self) { try IdentityName(text) }
    }

    @Test func `metadata must be a JSON object of bounded size`() throws {
        #expect(try JSONObjectText(#"{ "a": [1] }"#).text == #"{ "a": [1] }"#)
        for text in ["", "[]", "1", "{", "null", #"{"a":}"#] {
            #expect(throws: GalleryError.self) { try JSONObjectText(text) }
        }
        let long = "{\"a\":\"" + String(repeating: "x", count: JSONObjectText.metadataLimit) + "\"}"
        #expect(throws: GalleryError.self) { try JSONObjectText(long) }
    }

    @Test func `an id reads back from its text in either case and from nothing else`() {
        let text = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0ff"
        #expect(FaceID(text)?.text == text)
        #expect(FaceID(text.uppercased())?.text == text)
        for wrong in [
            "", "x", String(text.dropLast()), text + "0", text.replacing("-", with: ""),
            "g" + text.dropFirst(),
        ] {
            #expect(FaceID(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `fresh ids are of version 4 and differ`() {
        let ids = (0..<1000).map { _ in FaceID.random() }
        #expect(Set(ids).count == 1000)
        for id in ids {
            let characters = Array(id.text)
            #expect(characters[14] == "4" && "89ab".contains(characters[19]))
        }
    }

    @Test(arguments: ["", "AA", "!!!!", "f2E", String(repeating: "A", count: 600)])
    func `text that no list gave out is no cursor`(_ text: String) {
        #expect(throws: GalleryError.cursorInvalid) { try Cursor(text) }
    }

    @Test(arguments: [0, -1, 1001, Int.min, Int.max])
    func `a page limit out of bounds is refused`(_ limit: Int) {
        #expect(throws: GalleryError.limitInvalid(given: limit, allowed: 1...1000)) {
            try PageRequest(limit: limit)
        }
    }
}
