import Encodings
import TestKit
import Testing

struct Base64Tests {
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `the vectors of RFC 4648 hold both ways`(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test func `line breaks, URL-safe letters and missing padding are taken`() {
        #expect(Base64.decode("Zm9v\r\nYmE") == Array("fooba".utf8))
        #expect(Base64.decode("-_-_") == Base64.decode("+/+/"))
    }

    @Test(arguments: ["Z", "Zg=", "Zg==Zg==", "Zm9v=", "Z m9v", "Zm9*", "=", "é"])
    func `anything else is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `floats go through little-endian bytes`() {
        #expect(Base64.encode(littleEndian: [1, -2]) == "AACAPwAAAMA=")
        #expect(Base64.decodeFloats("AACAPwAAAMA=") == [1, -2])
        #expect(Base64.decodeFloats("AACA") == nil)
    }

    @Test func `random bytes come back`() {
        var generator = SeededGenerator(seed: 3)
        for length in 0..<64 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func `text for URLs has letters of its own and no padding, and reads back`() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBE, 0xFF]
        #expect(Base64.encode(bytes) == "+/++/w==" && Base64.encodeForURL(bytes) == "-_--_w")
        #expect(Base64.decode(Base64.encodeForURL(bytes)) == bytes)
    }
}
