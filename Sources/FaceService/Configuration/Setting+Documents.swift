import Encodings

extension Setting {
    /// The sections in order.
    static var sections: [String] {
        var seen: Set<String> = []
        return all.map(\.section).filter { seen.insert($0).inserted }
    }

    /// The text of `config/arcface.json5`: every key at its default, with what it means.
    package static var exampleFile: String {
        var lines = [
            "// The configuration of arcface, every key at its default. JSON5: comments and trailing commas are fine.",
            "// `server.port` may also come from ARCFACE_SERVER_PORT, and so on; options win over both.",
            "{",
        ]
        for section in sections {
            lines.append("  \(section): {")
            for setting in all where setting.section == section { lines += setting.exampleLines }
            lines.append("  },")
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    private var exampleLines: [String] {
        let unit = unit.isEmpty ? "" : " [\(unit)]"
        return [
            "    // \(explanation)", "    // \(allowed)\(unit)", "    \(name): \(defaultValue.jsonText()),",
        ]
    }

    /// The tables of `docs/configuration.md`.
    package static var documentationTables: String {
        var lines: [String] = []
        for section in sections {
            lines += [
                "## \(section)", "", "| key | default | allowed | unit | meaning |",
                "| --- | --- | --- | --- | --- |",
            ]
            for setting in all where setting.section == section { lines.append(setting.row) }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private var row: String {
        let shown = defaultValue == .null ? "none" : "`\(defaultValue.jsonText())`"
        let unit = unit.isEmpty ? "-" : unit
        return "| `\(key)` | \(shown) | \(allowed) | \(unit) | \(explanation) |"
    }
}
