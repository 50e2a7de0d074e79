import Foundation
package import Testing

/// Models, photographs and reference outputs that stand beside the checkout, not in it.
///
/// A test that needs them asks `SharedFixtures.path(_:)` and is skipped where they are absent:
/// `@Test(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))`. The skip is printed, so
/// nobody takes a run without them for a full one. `ARCFACE_SHARED` names another place.
package enum SharedFixtures {
    package static let root: String? = {
        let beside = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("shared").path
        let candidate = ProcessInfo.processInfo.environment["ARCFACE_SHARED"] ?? beside
        return FileManager.default.fileExists(atPath: candidate + "/models") ? candidate : nil
    }()

    package static var available: Bool { root != nil }

    package static let skipReason: Comment =
        "SKIPPED LOUDLY: the shared models and golden outputs are not beside this checkout"

    /// The full path of `relative` under the shared folder; traps when the folder is absent.
    package static func path(_ relative: String) -> String { root! + "/" + relative }
}
