/// `uri-host [ ":" port ]` (RFC 9110, 7.2; RFC 3986, 3.2), without user information.
enum HostGrammar {
    /// An empty host is allowed by the grammar of the field.
    static func isValid(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inner = bytes[bytes.index(after: bytes.startIndex)..<end]
            return !inner.isEmpty && inner.allSatisfy(isAddressByte)
                && isPort(bytes[bytes.index(after: end)...])
        }
        let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        return bytes[..<colon].allSatisfy(isNameByte) && isPort(bytes[colon...])
    }

    private static func isPort(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        return first == UInt8(ascii: ":") && bytes.count <= 6
            && bytes.dropFirst().allSatisfy(ByteClass.isDigit)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ByteClass.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    /// `unreserved`, `sub-delims` and escapes of RFC 3986, 2.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-._~!$&'()*+,;=%".utf8.contains(byte)
        }
    }
}
