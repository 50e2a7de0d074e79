import Encodings

/// A UUID (RFC 9562) that names one kind of thing: a face's can't be handed in for a job's.
package struct UniqueID<Subject>: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh random id, version 4, from the system's generator.
    package static func random() -> Self {
        let high = (UInt64.random(in: .min ... .max) & ~0xF000) | 0x4000
        let low = (UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        return Self(high: high, low: low)
    }

    /// Reads `8-4-4-4-12` hexadecimal digits of either case; `nil` for anything else.
    package init?(_ text: String) {
        var digits: [UInt64] = [0, 0]
        var position = 0
        var count = 0
        for byte in text.utf8 {
            if [8, 13, 18, 23].contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard count < 32, let digit = Hexadecimal.value(byte) else { return nil }
                digits[count / 16] = digits[count / 16] << 4 | UInt64(digit)
                count += 1
            }
            position += 1
        }
        guard position == 36 else { return nil }
        self.init(high: digits[0], low: digits[1])
    }

    /// The 16 bytes in network order; `nil` when there are more or fewer.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 16 bytes in network order.
    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// `8-4-4-4-12` lower-case hexadecimal digits.
    package var text: String {
        var characters: [UInt8] = []
        characters.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { characters.append(UInt8(ascii: "-")) }
            Hexadecimal.append(byte, to: &characters)
        }
        return String(decoding: characters, as: UTF8.self)
    }
}

extension UniqueID: CustomStringConvertible {
    package var description: String { text }
}

/// A face's id, unique in its gallery.
package typealias FaceID = UniqueID<FaceRecord>

/// A job's id.
package typealias JobID = UniqueID<JobRecord>
