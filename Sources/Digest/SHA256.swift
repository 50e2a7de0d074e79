internal import CDigest

/// SHA-256 (FIPS 180-4), fed in pieces; by the CPU's own instructions where it has them.
///
/// Model fingerprints, image content hashes and migration checksums are SHA-256.
package struct SHA256: Sendable {
    private var state: [UInt32] = SHA256.initialState
    private var pending: [UInt8] = []
    private var length: UInt64 = 0
    private let usesInstructions: Bool

    /// Whether the CPU has instructions for it.
    package static let hasInstructions = cdigest_has_sha256() != 0

    package init() { self.init(usingInstructions: true) }

    /// Without the CPU's instructions where `usingInstructions` is false; the digest is the same.
    package init(usingInstructions: Bool) {
        usesInstructions = usingInstructions && SHA256.hasInstructions
        pending.reserveCapacity(SHA256.blockSize)
    }

    /// Takes in the next bytes of the message.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(SHA256.blockSize - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard pending.count == SHA256.blockSize else { return }
            let block = pending
            block.withUnsafeBytes { compress($0, blocks: 1) }
            pending.removeAll(keepingCapacity: true)
        }
        let blocks = rest.count / SHA256.blockSize
        compress(UnsafeRawBufferPointer(rebasing: rest), blocks: blocks)
        pending.append(contentsOf: rest.dropFirst(blocks * SHA256.blockSize))
    }

    /// Takes in the next bytes of the message.
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest, 32 bytes, of all that was taken in. The value is used up: start anew for another message.
    package mutating func finalize() -> [UInt8] {
        let bits = length &* 8
        var tail: [UInt8] = [0x80]
        let used = (pending.count + 1) % SHA256.blockSize
        let zeros = (SHA256.blockSize + SHA256.blockSize - 8 - used) % SHA256.blockSize
        tail.append(contentsOf: repeatElement(0, count: zeros))
        tail.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) })
        update(tail)
        return state.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
        }
    }

    /// Works `blocks` blocks of 64 bytes into the state (FIPS 180-4, section 6.2.2).
    private mutating func compress(_ bytes: UnsafeRawBufferPointer, blocks: Int) {
        guard blocks > 0 else { return }
        let usesInstructions = usesInstructions
        state.withUnsafeMutableBufferPointer { state in
            SHA256.roundConstants.withUnsafeBufferPointer { constants in
                if usesInstructions {
                    cdigest_sha256_blocks(state.baseAddress, bytes.baseAddress, blocks, constants.baseAddress)
                } else {
                    SHA256.compress(bytes, blocks: blocks, into: state, constants)
                }
            }
        }
    }

    private static func compress(
        _ bytes: UnsafeRawBufferPointer, blocks: Int, into state: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            for block in 0..<blocks {
                expand(bytes, from: block * blockSize, into: schedule)
                rounds(state, schedule, constants)
            }
        }
    }
}
