/// A command line after parsing: known options with their values, and the operands in order.
package struct ParsedArguments: Sendable {
    /// The words that belong to no option.
    package let operands: [String]
    private let values: [String: [String]]

    /// Parses `words` (without the executable's and the command's names).
    ///
    /// `--name VALUE` and `--name=VALUE` mean the same; `--` ends the options; a lone `-` is an operand.
    package init(_ words: [String], options: [Option], operands expected: Operands) throws(UsageError) {
        let known = Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0) })
        var values: [String: [String]] = [:]
        var operands: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("-"), word.count > 1 else {
                operands.append(word)
                continue
            }
            let name = String(word.prefix { $0 != "=" })
            guard let option = known[name] else { throw UsageError("unknown option \(name)") }
            let value = try Self.value(of: option, in: word, rest: &rest)
            if !option.repeats, values[name] != nil { throw UsageError("option \(name) is given twice") }
            values[name, default: []].append(value)
        }
        try Self.check(operands, expected)
        self.operands = operands
        self.values = values
    }

    private static func value(
        of option: Option, in word: String, rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        let inline = word.contains("=") ? String(word.drop { $0 != "=" }.dropFirst()) : nil
        guard let placeholder = option.value else {
            if inline != nil { throw UsageError("option \(option.name) takes no value") }
            return ""
        }
        if let inline { return inline }
        guard let next = rest.popFirst() else {
            throw UsageError("option \(option.name) needs a value (\(placeholder))")
        }
        return next
    }

    private static func check(_ operands: [String], _ expected: Operands) throws(UsageError) {
        if operands.count > expected.count.upperBound {
            throw UsageError("unexpected argument '\(operands[expected.count.upperBound])'")
        }
        if operands.count < expected.count.lowerBound {
            throw UsageError("missing argument: \(expected.usage)")
        }
    }
}

extension ParsedArguments {
    /// Whether the flag or option stands on the line.
    package func has(_ name: String) -> Bool { values[name] != nil }

    /// The option's value, nil where it is not given.
    package func string(_ name: String) -> String? { values[name]?.last }

    /// Every value of an option that repeats, in order.
    package func strings(_ name: String) -> [String] { values[name] ?? [] }

    /// The option's value as an integer within `range`.
    package func int(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = string(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let bounds =
                range.upperBound == Int.max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw UsageError("\(name) '\(text)' is not a whole number \(bounds)")
        }
        return value
    }

    /// The option's value as a finite number within `range`.
    package func double(_ name: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
        guard let text = string(name) else { return nil }
        guard let value = Double(text), value.isFinite, range.contains(value) else {
            throw UsageError(
                "\(name) '\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The value of an option that the command cannot do without.
    package func required(_ name: String) throws(UsageError) -> String {
        guard let value = string(name) else { throw UsageError("option \(name) is required") }
        return value
    }
}
