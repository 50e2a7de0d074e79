/// A tensor shape as the command line writes it: `1x3x112x112`, or `scalar`.
package struct TensorShape: Sendable, Equatable {
    /// The dimensions, outermost first; empty for a scalar.
    package let dimensions: [Int]

    /// Parses `text`; `option` names where it stood, for the message.
    package init(_ text: String, option: String) throws(UsageError) {
        if text == "scalar" {
            dimensions = []
            return
        }
        var dimensions: [Int] = []
        for part in text.split(separator: "x", omittingEmptySubsequences: false) {
            guard let value = Int(part), (0...Int(Int32.max)).contains(value) else {
                throw UsageError("\(option): '\(text)' is not a shape such as 1x3x112x112 (or 'scalar')")
            }
            dimensions.append(value)
        }
        self.dimensions = dimensions
    }

    /// Splits `NAME=1x3x112x112` at its last equals sign, since tensor names may hold one.
    package static func named(_ text: String, option: String) throws(UsageError) -> (
        name: String, shape: TensorShape
    ) {
        let pair = try NamedValue(text, option: option)
        return (pair.name, try TensorShape(pair.value, option: option))
    }
}
