extension ModelContract {
    /// How the model computes: what `preprocessing` says of it, `fp32` where it says nothing.
    package var precision: String {
        // Bytes, not characters: every answer names it.
        let name = "precision=".utf8
        let fields: [Substring.UTF8View] = preprocessing.utf8.split(separator: UInt8(ascii: " "))
        let field = fields.first { $0.starts(with: name) && $0.count > name.count }
        return field.map { String(Substring($0.dropFirst(name.count))) } ?? "fp32"
    }

    /// What the two don't have in common, a phrase each, such as `precision bf16, not fp32`; empty where they
    /// match.
    package func differences(from other: ModelContract) -> [String] {
        var phrases: [String] = []
        if fingerprint != other.fingerprint {
            phrases.append("model \(fingerprint.prefix(16)), not \(other.fingerprint.prefix(16))")
        }
        if dimension != other.dimension { phrases.append("\(dimension) numbers, not \(other.dimension)") }
        guard preprocessing != other.preprocessing else { return phrases }
        let fields = differingFields(other)
        return phrases + (fields.isEmpty ? ["another preprocessing"] : fields)
    }

    private func differingFields(_ other: ModelContract) -> [String] {
        var theirs: [String: String] = ["precision": other.precision]
        for field in Self.fields(other.preprocessing) { theirs[field.name] = field.value }
        var ours = Self.fields(preprocessing).filter { $0.name != "precision" }
        ours.append((name: "precision", value: precision))
        return ours.compactMap { name, value in
            guard let their = theirs[name], their != value else { return nil }
            // A template is ten figures, which tell nobody anything.
            return value.count + their.count > 80 ? "another \(name)" : "\(name) \(value), not \(their)"
        }
    }

    /// The line of the same preprocessing in float32.
    static func withoutPrecision(_ line: String) -> String {
        line.split(separator: " ").filter { !$0.hasPrefix("precision=") }.joined(separator: " ")
    }

    /// `name=value` by spaces, in order.
    private static func fields(_ line: String) -> [(name: String, value: String)] {
        line.split(separator: " ").compactMap { field in
            let parts = field.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }
}
