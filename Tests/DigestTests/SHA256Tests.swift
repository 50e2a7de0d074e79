import Digest
import Foundation
import TestKit
import Testing

struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                + "mnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `the vectors of FIPS 180-4 come out`(message: String, digest: String) {
        #expect(SHA256.hex(Array(message.utf8)) == digest)
    }

    @Test func `with and without the CPU's instructions the digest is the same`() {
        var generator = SeededGenerator(seed: 2)
        for length in [0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 1_000, 4_099] {
            let message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let digests = [true, false].map { usingInstructions in
                var hash = SHA256(usingInstructions: usingInstructions)
                hash.update(message)
                return hash.finalize()
            }
            #expect(digests[0] == digests[1], "length \(length)")
        }
    }

    @Test func `a million times the letter a comes out`() {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(SHA256.hex(message) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func `pieces of any size give the digest of the whole`() {
        var generator = SeededGenerator(seed: 1)
        for length in 0..<200 {
            let message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var hash = SHA256()
            var rest = message[...]
            while !rest.isEmpty {
                let size = Int.random(in: 0...min(rest.count, 70), using: &generator)
                hash.update(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let text = hash.finalize().map { String(format: "%02x", $0) }.joined()
            #expect(text == SHA256.hex(message), "length \(length)")
        }
    }

    /// A digest over the digests of every length from 0 to 199: made with Python's `hashlib`.
    @Test(arguments: [true, false])
    func `every length around the block boundaries agrees with another implementation`(
        usingInstructions: Bool
    ) {
        var all: [UInt8] = []
        for length in 0..<200 {
            var hash = SHA256(usingInstructions: usingInstructions)
            hash.update((0..<length).map { UInt8($0) })
            all += hash.finalize()
        }
        #expect(SHA256.hex(all) == "ba7b0fcea7d10c06b855b43d2b4dce1e3e842fff6be0acefb0faf4f2dd05bb47")
    }

    @Test func `a file is hashed as its bytes are`() throws {
        let folder = TemporaryFolder()
        let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("large")))
        try Data().write(to: URL(fileURLWithPath: folder.file("empty")))
        #expect(try SHA256.hexOfFile(at: folder.file("large")) == SHA256.hex(bytes))
        #expect(try SHA256.hexOfFile(at: folder.file("empty")) == SHA256.hex([UInt8]()))
    }

    @Test func `a file that is not there is an error`() {
        let folder = TemporaryFolder()
        #expect(throws: (any Error).self) { try SHA256.hexOfFile(at: folder.file("absent")) }
    }
}
