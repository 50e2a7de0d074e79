import Encodings
import FaceService
import Faces
import Foundation
import Locks

/// `arcface models pull NAME`.
enum ModelsPull {
    static func run(_ arguments: ParsedArguments, _ console: Console) async throws {
        let plan = try PullPlan(
            name: arguments.operands[1], url: arguments.string("--url"),
            sha256: arguments.string("--sha256"))
        let store = try ModelsCommand.store(arguments)
        let manifest = try arguments.string("--manifest").map(read)
        for item in plan.items {
            let result = try await pull(item, manifest, store, console)
            console.print(arguments.has("--json") ? try JSONText.of(result) : result.text)
        }
    }

    private static func pull(
        _ item: PullPlan.Item, _ manifest: [UInt8]?, _ store: ModelStore, _ console: Console
    ) async throws -> InstalledModel {
        if let entry = store.entry(item.name) { return try existing(entry, item) }
        if let licence = item.known?.manifest.licence { console.note("\(item.name): licence: \(licence)") }
        let staged = try StagedModel(item.name, in: store)
        let meter = ProgressMeter(name: item.name.text, console: console)
        defer {
            console.endProgress()
            // What never began leaves nothing behind.
            if staged.count == 0 { staged.discard() }
        }
        try await Download(
            address: item.address, sha256: item.sha256, expectedBytes: item.known?.byteCount
        ).run(into: staged) { meter.show($0, of: $1) }
        let kind = try settle(staged, item, manifest, console)
        return InstalledModel(try staged.install(), kind: kind, sha256: item.sha256, wasThere: false)
    }

    private static func existing(
        _ entry: ModelStore.Entry, _ item: PullPlan.Item
    ) throws -> InstalledModel {
        guard try ModelStore.content(of: entry.path).fingerprint == item.sha256 else {
            throw ModelStoreError.taken(name: item.name.text, path: entry.path)
        }
        let kind = try item.known?.manifest.kind ?? ModelInspection(modelAt: entry.path).kind
        return InstalledModel(entry, kind: kind, sha256: item.sha256, wasThere: true)
    }

    /// Puts the manifest to the file; a file that nobody knows is tried out first. What fails here stays
    /// downloaded: the next attempt, with a manifest perhaps, begins with it.
    private static func settle(
        _ staged: StagedModel, _ item: PullPlan.Item, _ manifest: [UInt8]?, _ console: Console
    ) throws -> ModelManifest.Kind {
        if let known = item.known, manifest == nil {
            try staged.setManifest(Array(try known.manifest.jsonText().utf8))
            return known.manifest.kind
        }
        try staged.setManifest(manifest)
        let inspection = try ModelInspection(modelAt: staged.path)
        try ModelStore.checkReserved(item.name, inspection)
        if case .assumed(let note) = inspection.manifest.origin {
            console.note(note.replacing(staged.path, with: staged.installedPath))
        }
        return inspection.kind
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let bytes = try FileBytes.read(path, limit: 1 << 16)
        _ = try ModelManifest.parse(bytes, file: path)
        return bytes
    }
}

/// The progress line of a download, drawn ten times a second at most.
final class ProgressMeter: Sendable {
    private let name: String
    private let console: Console
    private let last = Locked<ContinuousClock.Instant?>(nil)

    init(name: String, console: Console) {
        self.name = name
        self.console = console
    }

    func show(_ count: Int, of total: Int?) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let last, now - last < .milliseconds(100), count != total { return false }
            last = now
            return true
        }
        guard isDue else { return }
        console.progress("pull \(name): " + Self.text(count, of: total))
    }

    /// `[#########-----------] 12.3 of 27.0 MB`, without the bar where the size is not known.
    static func text(_ count: Int, of total: Int?) -> String {
        let done = (Double(count) / 1e6).fixed(1)
        guard let total, total > 0 else { return "\(done) MB" }
        let filled = min(20, count * 20 / total)
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
        return "[\(bar)] \(done) of \((Double(total) / 1e6).fixed(1)) MB"
    }
}
