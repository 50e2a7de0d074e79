import Foundation
import TestKit

/// `arcface` as a person runs it: the executable, built beside the tests.
enum Executable {
    /// A photograph of one face.
    static let portrait = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/CModels/models/self-test.png").path

    private static var path: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("arcface")
                .path
        }
    }

    /// What a sanitizer is told, for it is in the executable as it is in the tests.
    private static let sanitizerOptions = ProcessInfo.processInfo.environment.filter {
        ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
    }.map { "\($0.key)=\($0.value)" }

    /// Runs it from another folder and without an environment of the user's; `environment` is `NAME=VALUE` each.
    static func run(_ words: String..., environment: [String] = [], in folder: TemporaryFolder)
        async throws -> (Int32, String)
    {
        let command = ["/usr/bin/env", "-i", "-C", folder.path] + sanitizerOptions + environment
        let words = [try path] + words
        let result = try await onOwnThread { try ShellCommand.run(command + words) }
        return (result.status, result.output)
    }
}
