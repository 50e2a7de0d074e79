import Encodings
import FaceService
import Gallery

/// `arcface key`.
enum KeyCommand: Command {
    static let name = "key"
    static let summary = "Makes, lists and deletes the keys that clients show"
    static let discussion = """
        `key create --scope S` prints a new key, the one time that anybody sees it: only its hash is stored. Scopes: `recognize`
        (detect, embed, verify, identify, read galleries), `enroll` (also write them), `admin` (everything). `key list` shows
        ids, scopes and when each was used last; `key delete ID` takes one back. All of it works beside a running service,
        which goes by the change within a second. From the first key on every client needs one, also on this machine;
        without keys only clients on this machine are answered. Run it as the service's user: a database that it makes
        belongs to whoever runs it. A database of an older version is brought up to date first, where no service has it.
        """
    static let operands = Operands.between(1...2, "create|list|delete [ID]")
    static let options = [
        ServiceOptions.config, ServiceOptions.data,
        .value("--scope", "S", "create: \(scopes)"),
        .value("--name", "TEXT", "create: whose it is or what it is for"),
        .flag("--json", "an object (a line for each key)"),
    ]

    private static let scopes = KeyScope.allCases.map(\.rawValue).joined(separator: ", ")

    /// What `delete --json` prints.
    private struct Deleted: Encodable {
        let id: String
        let deleted = true
        /// How many are left.
        let keys: Int
    }

    private enum Word: String {
        case create, list, delete
    }

    static func run(_ arguments: ParsedArguments, console: Console) async throws -> Int32 {
        guard let word = Word(rawValue: arguments.operands[0]) else {
            throw UsageError("'\(arguments.operands[0])' is not known; there are create, list and delete")
        }
        try checkRest(arguments, of: word)
        switch word {
        case .create: try await create(arguments, console)
        case .list: try await list(arguments, console)
        case .delete: try await delete(arguments, console)
        }
        return 0
    }

    private static func checkRest(_ arguments: ParsedArguments, of word: Word) throws(UsageError) {
        let rest = arguments.operands.dropFirst()
        if word == .delete, rest.isEmpty { throw UsageError("missing argument: ID") }
        if word != .delete, let surplus = rest.first { throw UsageError("unexpected argument '\(surplus)'") }
        guard word != .create else { return }
        for option in ["--scope", "--name"] where arguments.string(option) != nil {
            throw UsageError("option \(option) does not go with `key \(word.rawValue)`")
        }
    }

    private static func create(_ arguments: ParsedArguments, _ console: Console) async throws {
        let text = try arguments.required("--scope")
        guard let scope = KeyScope(rawValue: text) else {
            throw UsageError("--scope: '\(text)' is none of \(scopes)")
        }
        let name = try arguments.string("--name").map(keyName)
        let configuration = try ServiceOptions.configuration(arguments)
        // The first key often comes before the first start. That the folder is a mistyped one shows in the
        // note.
        let isNew = !configuration.hasDatabase
        if isNew { try DataFolder.prepare(configuration) }
        let isJSON = arguments.has("--json")
        let key = try await waiting {
            // The secret alone, so that KEY=$(arcface key create ...) has it.
            try await database(configuration, console).create(scope, name: name) { key in
                console.print(isJSON ? NewKeyAnswer(key).jsonText() : key.secret.text)
            }
        }
        if isNew { console.note("made the database \(configuration.databasePath)") }
        if !isJSON {
            console.note("key \(key.record.id), scope \(scope.rawValue); it is not shown again")
        }
    }

    private static func list(_ arguments: ParsedArguments, _ console: Console) async throws {
        for key in try await presentDatabase(arguments, console).list() {
            console.print(arguments.has("--json") ? KeyAnswer(record: key).jsonText() : text(of: key))
        }
    }

    private static func delete(_ arguments: ParsedArguments, _ console: Console) async throws {
        let text = arguments.operands[1]
        let database = try presentDatabase(arguments, console)
        guard let id = KeyID(text) else { throw CommandFailure("'\(text)' is not the id of a key") }
        try await waiting { try await database.delete(id) }
        let rest = try await database.list()
        if arguments.has("--json") {
            console.print(try JSONText.of(Deleted(id: id.text, keys: rest.count)))
        } else {
            console.note("deleted key \(id)")
        }
        if rest.isEmpty {
            console.note("that was the last one: whoever is on this machine needs no key any more")
        }
    }

    /// The line for a person.
    private static func text(of key: KeyRecord) -> String {
        let used = key.lastUsedAt.map { "used \($0.rfc3339)" } ?? "never used"
        let name = key.name.map { "  \($0)" } ?? ""
        return "\(key.id)  \(key.scope.rawValue)  made \(key.createdAt.rfc3339)  \(used)\(name)"
    }

    private static func keyName(_ text: String) throws(UsageError) -> KeyName {
        do throws(GalleryError) { return try KeyName(text) } catch { throw UsageError("--name: \(error)") }
    }

    /// Says in plain words what a write that does not get its turn means.
    private static func waiting<R>(_ write: () async throws -> R) async throws -> R {
        do { return try await write() } catch let error as GalleryError where error.isBusy {
            throw CommandFailure(
                "the service has been writing for longer than \(patience / 1_000) s, as for a large import; "
                    + "nothing was changed, try again")
        }
    }

    /// Milliseconds to wait for a service that writes.
    private static let patience: Int32 = 60_000

    /// The database, which has to be there.
    private static func presentDatabase(
        _ arguments: ParsedArguments, _ console: Console
    ) throws -> KeyDatabase {
        let configuration = try ServiceOptions.configuration(arguments)
        try configuration.requireDatabase()
        return database(configuration, console)
    }

    private static func database(_ configuration: Configuration, _ console: Console) -> KeyDatabase {
        var options = StoreOptions()
        options.busyTimeoutMilliseconds = patience
        options.migrated = { ServiceAccess.noteMigration(from: $0, to: $1, console) }
        return KeyDatabase(path: configuration.databasePath, options: options)
    }
}
