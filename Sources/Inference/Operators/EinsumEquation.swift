/// The equation of an ONNX `Einsum`: a name for each axis of its operands and of its output.
struct EinsumEquation: Sendable, Hashable {
    /// The name of an axis, or of all axes that have none.
    enum Label: Sendable, Hashable {
        case axis(UInt8)
        case rest
    }

    let operands: [[Label]]
    let output: [Label]

    private static let longest = 4_096

    /// Reads `text` for so many operands.
    init(_ text: [UInt8], operands count: Int) throws(Refusal) {
        guard text.count <= EinsumEquation.longest else {
            throw Refusal("equation", "has \(text.count) letters, over \(EinsumEquation.longest)")
        }
        let symbols = text.filter { $0 != UInt8(ascii: " ") }
        let arrow = symbols.indices.first { symbols[$0...].starts(with: Array("->".utf8)) }
        var operands: [[Label]] = []
        let terms = symbols[..<(arrow ?? symbols.count)].split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for term in terms { operands.append(try EinsumEquation.labels(term)) }
        guard operands.count == count else {
            throw Refusal("equation", "names \(operands.count) operands where there are \(count)")
        }
        self.operands = operands
        output =
            if let arrow { try EinsumEquation.labels(symbols[(arrow + 2)...]) } else {
                EinsumEquation.implicitOutput(operands)
            }
        try checkOutput()
    }

    private static func labels(_ term: ArraySlice<UInt8>) throws(Refusal) -> [Label] {
        var (labels, rest): ([Label], ArraySlice<UInt8>) = ([], term)
        while let symbol = rest.popFirst() {
            switch symbol {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                labels.append(.axis(symbol))
            case UInt8(ascii: ".") where rest.starts(with: Array("..".utf8)) && !labels.contains(.rest):
                rest = rest.dropFirst(2)
                labels.append(.rest)
            default: throw Refusal("equation", "\"\(String(decoding: term, as: UTF8.self))\" names no axes")
            }
        }
        guard labels.count <= Planner.maximumRank else {
            throw Refusal("equation", "\(labels.count) axes are too many")
        }
        return labels
    }

    /// What has no name first, then in the order of the alphabet what is named once.
    private static func implicitOutput(_ operands: [[Label]]) -> [Label] {
        let all = operands.joined()
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "z")).filter { letter in
            all.count { $0 == .axis(letter) } == 1
        }
        return (all.contains(.rest) ? [.rest] : []) + letters.map { .axis($0) }
    }

    private func checkOutput() throws(Refusal) {
        let known = Set(operands.joined())
        guard output.count <= Planner.maximumRank, Set(output).count == output.count,
            output.allSatisfy({ known.contains($0) })
        else { throw Refusal("equation", "the output's axes are not axes of operands, each once") }
        guard output.contains(.rest) || !known.contains(.rest) else {
            throw Refusal("equation", "sums over axes that have no name are not supported")
        }
    }
}
