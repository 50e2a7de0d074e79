import Foundation
import TestKit
import Testing

struct ArgumentBytesTests {
    /// Taken for U+FFFD, they would name another file or folder.
    @Test func `words that are not UTF-8 are refused before anything is done`() async throws {
        let folder = TemporaryFolder()
        let script = "\"$2\" key create --scope admin --data $'n\\xe9'"
        #expect(try await Executable.shell(script, [try Executable.path], in: folder) == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func `pairs come through a pipe as from a file`() async throws {
        let folder = TemporaryFolder()
        for name in ["A_0001", "A_0002", "B_0001"] {
            let person = folder.file(String(name.prefix(1)))
            try FileManager.default.createDirectory(atPath: person, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Executable.portrait, toPath: person + "/\(name).jpg")
        }
        let script =
            "printf '1\\nA\\t1\\t2\\nA\\t1\\tB\\t1\\n' | \"$2\" evaluate --images . --pairs /dev/stdin"
        #expect(try await Executable.shell(script, [try Executable.path], in: folder) == 0)
    }
}
