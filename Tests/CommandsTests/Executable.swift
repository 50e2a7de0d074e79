import Foundation
import TestKit

/// `arcface` as a person runs it: the executable, built beside the tests.
enum Executable {
    /// A photograph of one face.
    static let portrait = root.appendingPathComponent("Sources/CModels/models/self-test.png").path

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static var path: String {
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

    /// Runs it from another folder and without an environment of the user's; `environment` is `NAME=VALUE`
    /// each.
    static func run(_ words: String..., environment: [String] = [], in folder: TemporaryFolder)
        async throws -> (Int32, String)
    {
        let result = try await run([try path] + words, environment, in: folder)
        return (result.status, result.output)
    }

    /// Runs a script with the health check's path and `words` as its arguments; the exit status.
    static func shell(_ script: String, _ words: [String], in folder: TemporaryFolder) async throws -> Int32 {
        let healthCheck = root.appendingPathComponent("scripts/healthcheck.sh").path
        return try await run(["/bin/bash", "-c", script, "test", healthCheck] + words, [], in: folder).status
    }

    /// Runs a script that finds the executable as `arcface`; the exit status and standard output.
    static func script(
        _ script: String, environment: [String], in folder: TemporaryFolder
    ) async throws -> (Int32, String) {
        let place = URL(fileURLWithPath: try path).deletingLastPathComponent().path
        let result = try await run(
            ["/bin/bash", "-c", script], ["PATH=\(place):/usr/bin:/bin"] + environment, in: folder)
        return (result.status, result.output)
    }

    /// The path of a file of this project.
    static func page(_ name: String) -> String { root.appendingPathComponent(name).path }

    private static func run(
        _ words: [String], _ environment: [String], in folder: TemporaryFolder
    ) async throws -> (status: Int32, output: String) {
        let command = ["/usr/bin/env", "-i", "-C", folder.path] + sanitizerOptions + environment
        return try await onOwnThread { try ShellCommand.run(command + words) }
    }
}
