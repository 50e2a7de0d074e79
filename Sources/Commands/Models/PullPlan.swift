import FaceService
import Faces

/// The files that `arcface models pull NAME` gets.
struct PullPlan {
    /// One of them.
    struct Item {
        let name: ModelName
        let address: DownloadAddress
        /// Lower-case hexadecimal.
        let sha256: String
        /// nil where the file is not known.
        let known: KnownModel?
    }

    let items: [Item]

    /// - Throws: `UsageError` for what the words do not say, `CommandFailure` for a model without an address.
    init(name: String, url: String?, sha256: String?) throws {
        let sum = try sha256.map(Self.sum)
        if let bundle = KnownBundle.named(name) {
            guard url == nil, sum == nil else {
                let parts = bundle.models.map(\.name).joined(separator: " and ")
                throw UsageError("--url and --sha256 are of one file; \(name) is \(parts): pull each of them")
            }
            items = try bundle.models.map { try Self.item($0, url: nil) }
        } else if let known = KnownModel.named(name) {
            if let sum, sum != known.sha256 {
                throw UsageError("--sha256 is not that of \(known.name), which has \(known.sha256)")
            }
            items = [try Self.item(known, url: url)]
        } else {
            guard let url, let sum else {
                throw UsageError(
                    "'\(name)' is not known (`arcface models list` shows what is); any other model needs --url and "
                        + "--sha256")
            }
            let name = try Self.name(name)
            try ModelStore.checkBuiltIn(name)
            items = [
                Item(
                    name: name, address: try DownloadAddress(url), sha256: sum,
                    known: KnownModel.with(sha256: sum))
            ]
        }
    }

    private static func item(_ model: KnownModel, url: String?) throws -> Item {
        guard let url = url ?? model.url else {
            throw CommandFailure(
                "no address of \(model.name) is known"
                    + (model.manifest.source.map { " (it is from \($0))" } ?? "")
                    + "; give --url, or add a file: arcface models add FILE")
        }
        return Item(
            name: try ModelName(model.name), address: try DownloadAddress(url), sha256: model.sha256,
            known: model)
    }

    private static func name(_ text: String) throws(UsageError) -> ModelName {
        do { return try ModelName(text) } catch { throw UsageError("\(error)") }
    }

    private static func sum(_ text: String) throws(UsageError) -> String {
        let sum = text.lowercased()
        guard sum.utf8.count == 64, sum.allSatisfy(\.isHexDigit) else {
            throw UsageError("--sha256: 64 hexadecimal digits are expected")
        }
        return sum
    }
}
