import Encodings
import HTTP

/// Ids that tie a response, the log and the client's own records together.
enum RequestID {
    /// The id that the client sent, if it is sane, else a random one. Of a request that is refused these are
    /// the headers that came before the fault.
    static func of(_ headers: HTTPHeaders) -> String { accepted(headers.text(.xRequestID)) ?? random() }

    /// The client's id if it is 1 to 128 letters, digits or `-_.:`: nothing that could confuse a log or a
    /// header.
    private static func accepted(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy(isSane) else { return nil }
        return text
    }

    /// 128 random bits in hexadecimal.
    private static func random() -> String {
        Hexadecimal.text(.random(in: 0...UInt64.max)) + Hexadecimal.text(.random(in: 0...UInt64.max))
    }

    private static func isSane(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-_.:".utf8.contains(byte)
        }
    }
}
