import Encodings
import Testing

struct HexadecimalTests {
    @Test func `bytes and numbers show with all their zeros`() {
        #expect(Hexadecimal.text([0, 0x0A, 0xF0, 0xFF]) == "000af0ff")
        #expect(Hexadecimal.text(UInt64(0xABC)) == "0000000000000abc")
        #expect(Hexadecimal.text(UInt8(0x1B), isUpperCase: true) == "1B")
    }

    @Test func `digits of either case are read`() {
        #expect(Hexadecimal.bytes("000aF0fF") == [0, 0x0A, 0xF0, 0xFF])
        #expect(Hexadecimal.bytes("") == [])
    }

    @Test(arguments: ["0", "0g", " 0", "0x", "é", "00:0"])
    func `anything else is refused`(text: String) { #expect(Hexadecimal.bytes(text) == nil) }
}
