import Encodings
import Files

/// Where a value came from; the later ones win.
package enum Provenance: Sendable, Equatable {
    case builtIn
    case file(String, line: Int?)
    case environment(String)
    case option(String)

    /// As `--print-config` shows it.
    package var text: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): path + (line.map { ":\($0)" } ?? "")
        case .environment(let name): name
        case .option(let name): name
        }
    }
}

/// An option of the command line that sets a key.
package struct ConfigurationOption: Sendable, Equatable {
    /// As the user wrote it: `--port`.
    package let name: String
    /// `server.port`.
    package let key: String
    package let value: String

    package init(name: String, key: String, value: String) {
        self.name = name
        self.key = key
        self.value = value
    }
}

/// Reads the file, then the environment, then the options; the last one wins.
package struct ConfigurationLoader: Sendable {
    private var values: [String: JSONValue] = [:]
    private var provenance: [String: Provenance] = [:]

    private init() {
        for setting in Setting.all {
            values[setting.key] = setting.defaultValue
            provenance[setting.key] = .builtIn
        }
    }

    /// The checked configuration.
    ///
    /// - Parameters:
    ///   - file: a JSON5 file, or nil for none.
    ///   - environment: all variables; a name that starts with `ARCFACE_` followed by a section but names no
    ///     key is refused, so that a misspelt variable does not pass for a set one.
    package static func load(
        file: String?, environment: [String: String], options: [ConfigurationOption]
    ) throws(ConfigurationError) -> Configuration {
        var loader = ConfigurationLoader()
        if let file { try loader.readFile(file) }
        try loader.read(environment)
        for option in options { try loader.read(option) }
        return try Configuration(values: loader.values, provenance: loader.provenance)
    }

    private mutating func readFile(_ path: String) throws(ConfigurationError) {
        let bytes = try Self.bytes(of: path)
        let (value, lines): (JSONValue, [String: Int])
        do throws(JSONError) {
            (value, lines) = try JSONParser.parseWithLines(bytes, dialect: .json5)
        } catch {
            throw ConfigurationError(place: path, line: error.line, key: nil, reason: error.reason)
        }
        guard let root = value.objectValue else {
            throw ConfigurationError(
                place: path, line: 1, key: nil, reason: "an object of sections is expected")
        }
        for section in root.members { try read(section, path, lines) }
    }

    /// A pipe will do as well as a file.
    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
        do { return try WholeFile.read(path) } catch {
            throw ConfigurationError(
                place: path, line: nil, key: nil, reason: "cannot be read: \(error.reason)")
        }
    }

    private mutating func read(
        _ section: JSONObject.Member, _ path: String, _ lines: [String: Int]
    ) throws(ConfigurationError) {
        func wrong(_ key: String, _ reason: String) -> ConfigurationError {
            ConfigurationError(place: path, line: lines[key], key: key, reason: reason)
        }
        guard Setting.all.contains(where: { $0.section == section.key }) else {
            throw wrong(section.key, "there is no such section")
        }
        guard let members = section.value.objectValue?.members else {
            throw wrong(section.key, "is \(section.value.kindName), but an object of keys is expected")
        }
        for member in members {
            let key = section.key + "." + member.key
            guard let setting = Setting.named(key) else { throw wrong(key, "there is no such key") }
            do throws(SettingRefusal) {
                values[key] = try setting.checked(member.value)
                provenance[key] = .file(path, line: lines[key])
            } catch {
                throw wrong(key, error.reason)
            }
        }
    }

    private mutating func read(_ environment: [String: String]) throws(ConfigurationError) {
        let sections = Set(Setting.all.map { "ARCFACE_" + $0.section.uppercased() + "_" })
        let byName = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.environmentName, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
            guard let setting = byName[name] else {
                if sections.contains(where: name.hasPrefix) {
                    throw ConfigurationError(
                        place: "environment variable \(name)", line: nil, key: nil, reason: "names no key")
                }
                continue
            }
            try set(setting, text, .environment(name), place: "environment variable \(name)")
        }
    }

    private mutating func read(_ option: ConfigurationOption) throws(ConfigurationError) {
        guard let setting = Setting.named(option.key) else {
            preconditionFailure(
                "the option \(option.name) is bound to the key \(option.key), which does not exist")
        }
        try set(setting, option.value, .option(option.name), place: "option \(option.name)")
    }

    private mutating func set(
        _ setting: Setting, _ text: String, _ source: Provenance, place: String
    ) throws(ConfigurationError) {
        do throws(SettingRefusal) {
            values[setting.key] = try setting.parsed(text)
            provenance[setting.key] = source
        } catch {
            throw ConfigurationError(place: place, line: nil, key: setting.key, reason: error.reason)
        }
    }
}
