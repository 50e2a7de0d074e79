/// Cuts a stream of bytes into lines, none longer than a limit; an empty line counts but gives nothing.
struct LineSplitter {
    /// A line without its line feed.
    struct Line {
        /// From 1.
        let number: Int
        let bytes: [UInt8]
    }

    let limit: Int
    private var pending: [UInt8] = []
    private var number = 0

    init(limit: Int) { self.limit = limit }

    /// The lines that `bytes` completes.
    mutating func add(_ bytes: [UInt8]) throws -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            try append(rest[..<end])
            take(into: &lines)
            rest = rest[(end + 1)...]
        }
        try append(rest)
        return lines
    }

    /// The last line, where no line feed ended it.
    mutating func finish() -> [Line] {
        var lines: [Line] = []
        if !pending.isEmpty { take(into: &lines) }
        return lines
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws {
        guard pending.count + bytes.count <= limit else {
            throw Problem(.lineTooLong, "a line is longer than \(limit) bytes").atLine(number + 1)
        }
        pending.append(contentsOf: bytes)
    }

    private mutating func take(into lines: inout [Line]) {
        number += 1
        if pending.last == 0x0D { pending.removeLast() }
        if pending.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
            lines.append(Line(number: number, bytes: pending))
        }
        pending.removeAll(keepingCapacity: true)
    }
}
