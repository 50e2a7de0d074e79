/// Where the elements of a tensor lie in another file: the entries of `TensorProto.external_data`, not
/// checked yet.
///
/// Source: onnx.proto, `TensorProto.external_data`. `location` is required; `checksum` and whatever else
/// writers put there is no part of where the bytes are.
struct ExternalReference {
    private var entries: [String: String] = [:]
    private var repeated: String?

    /// Entries a tensor may have; the specification knows four.
    private static let maximumEntries = 64

    /// Takes one more `StringStringEntryProto`.
    mutating func take(_ field: WireField, _ outer: WireReader) throws(ONNXError) {
        var (key, value) = ("", "")
        var reader = WireReader(
            try outer.bytes(field, "external_data"), message: "StringStringEntryProto")
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try reader.text(field, "key")
            case 2: value = try reader.text(field, "value")
            default: break
            }
        }
        guard entries.count < ExternalReference.maximumEntries else {
            throw outer.error(
                field, "external_data", "holds more than \(ExternalReference.maximumEntries) entries")
        }
        if entries.updateValue(value, forKey: key) != nil { repeated = key }
    }

    /// The place of `count` bytes, or why there is none.
    func place(byteCount count: Int) throws(ExternalFault) -> ExternalPlace {
        if let repeated { throw ExternalFault("external_data says \"\(repeated)\" twice") }
        guard let text = entries["location"] else {
            throw ExternalFault("its data is in another file, but external_data does not say which")
        }
        let offset = try number("offset") ?? 0
        if let length = try number("length"), length != count {
            throw ExternalFault(
                "external_data has a length of \(length) bytes where its shape and type take \(count)")
        }
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow else {
            throw ExternalFault("external_data has an offset of \(offset), which is too large")
        }
        return ExternalPlace(location: try ExternalLocation(text), range: offset..<end)
    }

    private func number(_ key: String) throws(ExternalFault) -> Int? {
        guard let text = entries[key] else { return nil }
        // Digits alone: `Int` would take a sign.
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text)
        else {
            throw ExternalFault(
                "external_data has the \(key) \"\(text.prefix(32))\", which is no number of bytes")
        }
        return number
    }
}

/// Bytes of another file.
struct ExternalPlace {
    let location: ExternalLocation
    /// From the start of that file; whether it is as long is not known yet.
    let range: Range<Int>
}

/// Why the elements of a tensor cannot be had from another file, as the second half of a sentence about the
/// tensor.
struct ExternalFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
