/// Damages bytes the way disks, networks and attackers do, the whole course following from the seed.
package struct Mutator: Sendable {
    private var generator: SeededGenerator

    package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// `bytes` after one to four random changes. May by chance equal the original, and may be empty.
    package mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) { apply(to: &result) }
        return result
    }

    /// The first part of `bytes`, shorter by at least one byte (an empty array stays empty).
    package mutating func truncated(_ bytes: [UInt8]) -> [UInt8] {
        bytes.isEmpty ? [] : Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
    }

    /// Parts of two inputs put together at random places.
    package mutating func spliced(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        first.prefix(place(in: first)) + second.suffix(place(in: second))
    }

    private mutating func apply(to bytes: inout [UInt8]) {
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: flipBit(of: &bytes)
        case 1: overwrite(&bytes)
        case 2: insert(into: &bytes)
        case 3: removeRange(from: &bytes)
        case 4: bytes = truncated(bytes)
        case 5: duplicateRange(of: &bytes)
        default: bytes = spliced(bytes, bytes)
        }
    }

    private mutating func flipBit(of bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
            1 << UInt8.random(in: 0..<8, using: &generator)
    }

    /// One to eight bytes replaced, often by the values at which lengths and signs go wrong.
    private mutating func overwrite(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, start + Int.random(in: 1...8, using: &generator))
        let edge = [0x00, 0x01, 0x7F, 0x80, 0xFF].randomElement(using: &generator).map(UInt8.init)
        let useEdge = Bool.random(using: &generator)
        for index in start..<end {
            let random = UInt8.random(in: 0...255, using: &generator)
            bytes[index] = useEdge ? edge ?? random : random
        }
    }

    private mutating func insert(into bytes: inout [UInt8]) {
        let count = Int.random(in: 1...16, using: &generator)
        let new = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes.insert(contentsOf: new, at: place(in: bytes))
    }

    private mutating func removeRange(from bytes: inout [UInt8]) {
        bytes.removeSubrange(range(in: bytes))
    }

    private mutating func duplicateRange(of bytes: inout [UInt8]) {
        bytes.insert(contentsOf: Array(bytes[range(in: bytes)]), at: place(in: bytes))
    }

    private mutating func place(in bytes: [UInt8]) -> Int {
        Int.random(in: 0...bytes.count, using: &generator)
    }

    /// At most 64 bytes, so that inputs neither vanish nor grow without bound.
    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
        let start = place(in: bytes)
        return start..<min(bytes.count, start + Int.random(in: 0...64, using: &generator))
    }
}
