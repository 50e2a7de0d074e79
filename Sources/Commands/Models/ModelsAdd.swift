import Encodings
import FaceService
import Faces
import Inference

/// `arcface models add FILE`.
enum ModelsAdd {
    static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let name = try arguments.string("--name").map { text throws(UsageError) in
            do { return try ModelName(text) } catch { throw UsageError("--name: \(error)") }
        }
        let store = try ModelsCommand.store(arguments)
        let added = try store.add(arguments.operands[1], as: name)
        if case .assumed(let note) = added.inspection.manifest.origin {
            // Every start says so too, until somebody writes it down.
            console.note(note)
            console.note("to state it, write \(ModelManifest.path(besideModel: added.entry.path))")
        }
        let result = InstalledModel(
            added.entry, kind: added.inspection.kind, sha256: added.inspection.fingerprint,
            wasThere: added.wasThere)
        console.print(arguments.has("--json") ? try JSONText.of(result) : result.text)
    }
}

/// What `models add` and `models pull` print for each file.
struct InstalledModel: Encodable {
    let name, kind, path, sha256: String
    /// With data files.
    let bytes: Int
    /// Nothing had to be done.
    let wasThere: Bool

    enum CodingKeys: String, CodingKey {
        case name, kind, path, sha256, bytes
        case wasThere = "was_there"
    }

    init(_ entry: ModelStore.Entry, kind: ModelManifest.Kind, sha256: String, wasThere: Bool) {
        name = entry.name.text
        self.kind = kind.rawValue
        path = entry.path
        self.sha256 = sha256
        bytes = (try? ModelFingerprint(ofModelAt: entry.path).byteCount) ?? entry.byteCount
        self.wasThere = wasThere
    }

    /// The line for a person.
    var text: String {
        wasThere
            ? "\(name) is there already: \(path.shown)"
            : "\(name) (\(kind), \(bytes) bytes): \(path.shown)\n  use it with --\(kind) \(name)"
    }
}
