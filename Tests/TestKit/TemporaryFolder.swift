import Foundation

/// A folder that exists as long as the value that names it: `deinit` removes it with all it holds.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "arcface-test-\(UUID().uuidString)", isDirectory: true)
        try! FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` inside the folder; nothing is created.
    package func file(_ name: String) -> String { path + "/" + name }
}
