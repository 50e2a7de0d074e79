internal import Kernels

/// ONNX `Einsum`: operands are multiplied two at a time, as matrices where axes are summed over.
///
/// Composed of turns, sums and products, so that weights are folded and packed and derivatives known. Axes
/// of both operands that stay stand before the matrices, and so do all but one of those of one alone, with an
/// extent of 1 in the other.
struct Einsum: ComposedOperator {
    private let equation: EinsumEquation

    private typealias Label = EinsumEquation.Label

    /// A value and the names of its axes.
    private struct Term {
        var value: ValueID
        var labels: [Label]

        /// The axes that have names.
        var letters: [Label] { labels.filter { $0 != .rest } }
    }

    init(_ reader: AttributeReader) throws(Refusal) {
        try reader.expect(inputs: 1...64)
        guard let text = try reader.string("equation") else {
            throw Refusal("equation", "the attribute is missing")
        }
        equation = try EinsumEquation(text, operands: reader.inputCount)
    }

    func compose(_ parts: inout NodeComposer) throws(Refusal) {
        var terms: [Term] = []
        for (index, labels) in equation.operands.enumerated() {
            var term = Term(value: try parts.required(index, "Inputs"), labels: labels)
            // Also holds the operand to the number of axes that it is to have.
            order(&term, labels, &parts)
            joinRepeated(&term, &parts)
            terms.append(term)
        }
        var result = terms.removeFirst()
        for (index, term) in terms.enumerated() {
            let later = Set(terms[(index + 1)...].flatMap(\.labels)).union(equation.output)
            result = try product(result, term, keeping: later, &parts)
        }
        sum(&result, keeping: Set(equation.output), &parts)
        order(&result, equation.output.filter { result.labels.contains($0) }, &parts)
        parts.finish(Identity(), [result.value])
    }

    /// Adds a turn to another order of axes.
    private func order(_ term: inout Term, _ labels: [Label], _ parts: inout NodeComposer) {
        term.value = parts.add(AxisOrder(from: term.labels, to: labels), [term.value])
        term.labels = labels
    }

    /// Leaves one of axes of the same name: the diagonal of the two.
    private func joinRepeated(_ term: inout Term, _ parts: inout NodeComposer) {
        while let second = term.labels.indices.first(where: { term.labels[..<$0].contains(term.labels[$0]) }),
            let first = term.labels.firstIndex(of: term.labels[second])
        {
            let diagonal = Diagonal(first: axis(first, of: term), second: axis(second, of: term))
            term.value = parts.add(diagonal, [term.value])
            term.labels.remove(at: second)
        }
    }

    /// Sums over the axes of other names.
    private func sum(_ term: inout Term, keeping labels: Set<Label>, _ parts: inout NodeComposer) {
        let summed = term.labels.indices.filter { !labels.contains(term.labels[$0]) }
        guard !summed.isEmpty else { return }
        let sum = ReductionOperator(.sum, dropping: summed.map { axis($0, of: term) })
        term.value = parts.add(sum, [term.value])
        term.labels.removeAll { !labels.contains($0) }
    }

    /// The axis of the name at `index`; behind those without a name it is counted from the end.
    private func axis(_ index: Int, of term: Term) -> Int64 {
        let isBehind = term.labels.firstIndex(of: .rest).map { index > $0 } ?? false
        return Int64(isBehind ? index - term.labels.count : index)
    }

    private func product(
        _ left: Term, _ right: Term, keeping later: Set<Label>, _ parts: inout NodeComposer
    ) throws(Refusal) -> Term {
        var (left, right) = (left, right)
        sum(&left, keeping: later.union(right.labels), &parts)
        sum(&right, keeping: later.union(left.labels), &parts)
        let shared = left.letters.filter { right.labels.contains($0) }
        let axes = Axes(
            both: shared.filter { later.contains($0) }, summed: shared.filter { !later.contains($0) },
            left: left.letters.filter { !right.labels.contains($0) },
            right: right.letters.filter { !left.labels.contains($0) })
        let rest: [Label] = left.labels.contains(.rest) || right.labels.contains(.rest) ? [.rest] : []
        if axes.summed.isEmpty { return multiplied(left, right, axes, rest, &parts) }
        return matrixProduct(left, right, axes, rest, &parts)
    }

    /// Where the axes of two operands are.
    private struct Axes {
        let both, summed, left, right: [Label]
    }

    /// The term as `[what has no name, labels]`, its named axes then taken together in these groups: an empty
    /// one is an axis of extent 1. The last ones are a matrix, if any.
    private func grouped(
        _ term: Term, _ labels: [Label], _ groups: [Int], matrix: [Int] = [], _ parts: inout NodeComposer
    ) -> ValueID {
        var term = term
        let hasRest = term.labels.contains(.rest)
        order(&term, (hasRest ? [.rest] : []) + labels, &parts)
        // Those of extent 1 that would be the first are not needed.
        let needed = hasRest ? groups[...] : groups.drop { $0 == 0 }
        return parts.add(TrailingAxes(groups: needed + matrix, count: labels.count), [term.value])
    }

    private func multiplied(
        _ left: Term, _ right: Term, _ axes: Axes, _ rest: [Label], _ parts: inout NodeComposer
    ) -> Term {
        func groups(_ left: Int, _ right: Int) -> [Int] {
            axes.both.map { _ in 1 } + axes.left.map { _ in left } + axes.right.map { _ in right }
        }
        let a = grouped(left, axes.both + axes.left, groups(1, 0), &parts)
        let b = grouped(right, axes.both + axes.right, groups(0, 1), &parts)
        return Term(
            value: parts.add(Binary(operation: .multiply), [a, b]),
            labels: rest + axes.both + axes.left + axes.right)
    }

    private func matrixProduct(
        _ left: Term, _ right: Term, _ axes: Axes, _ rest: [Label], _ parts: inout NodeComposer
    ) -> Term {
        let (rows, columns) = (axes.left.suffix(1), axes.right.suffix(1))
        let (above, beside) = (axes.left.dropLast(), axes.right.dropLast())
        func groups(_ above: Int, _ beside: Int) -> [Int] {
            axes.both.map { _ in 1 } + axes.left.dropLast().map { _ in above }
                + axes.right.dropLast().map { _ in beside }
        }
        let a = grouped(
            left, axes.both + above + rows + axes.summed,
            groups(1, 0), matrix: [rows.count, axes.summed.count], &parts)
        let b = grouped(
            right, axes.both + beside + axes.summed + columns,
            groups(0, 1), matrix: [axes.summed.count, columns.count], &parts)
        let product = parts.add(MatrixProduct(), [a, b])
        let labels = axes.both + above + beside
        if !rows.isEmpty && !columns.isEmpty {
            return Term(value: product, labels: rest + labels + rows + columns)
        }
        // A matrix of one row or column is a vector, one of both a number.
        let whole = rows.isEmpty && columns.isEmpty ? [] : [2]
        let vector = TrailingAxes(groups: labels.map { _ in 1 } + whole, count: labels.count + 2)
        return Term(
            value: parts.add(vector, [product]), labels: rest + labels + rows + columns)
    }
}

/// Axes in another order, those without a name kept together.
struct AxisOrder: Operator {
    /// Axes before those without a name, and behind them.
    private let before, behind: Int
    private let hasRest: Bool
    /// Of the axes in their new order, -1 for those without a name, which are skipped in the count.
    private let order: [Int]

    fileprivate init(from labels: [EinsumEquation.Label], to ordered: [EinsumEquation.Label]) {
        let rest = labels.firstIndex(of: .rest)
        hasRest = rest != nil
        before = rest ?? labels.count
        behind = rest.map { labels.count - 1 - $0 } ?? 0
        var taken: Set<Int> = []
        order = ordered.map { label in
            // Names may be there twice.
            let index = labels.indices.first { labels[$0] == label && !taken.contains($0) } ?? 0
            taken.insert(index)
            guard let rest else { return index }
            return index == rest ? -1 : index > rest ? index - 1 : index
        }
    }

    /// The turn of an operand of so many axes.
    func transpose(rank: Int) throws(Refusal) -> Transpose {
        let rest = rank - before - behind
        guard rest >= 0, hasRest || rest == 0 else {
            throw Refusal("equation", "names \(before + behind) axes of an operand of \(rank)")
        }
        return Transpose(
            permutation: order.flatMap { place -> [Int64] in
                if place < 0 { return (before..<before + rest).map { Int64($0) } }
                return [Int64(place < before ? place : place + rest)]
            })
    }

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "Inputs")
        return try transpose(rank: input.shape.count).plan(operands)
    }
}

/// The last axes taken together in groups, an empty one being an axis of extent 1; what is in none has one
/// element.
struct TrailingAxes: Operator {
    fileprivate let groups: [Int]
    fileprivate let count: Int

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "Inputs")
        var shape = Array(input.shape.dropLast(count))
        var rest = input.shape.suffix(count)
        for group in groups {
            shape.append(rest.prefix(group).reduce(1, *))
            rest = rest.dropFirst(group)
        }
        return PlannedStep(aliasing: 0, as: TensorType(input.elementType, shape))
    }
}

/// Two axes of one extent as one, the elements that have the same place on both.
struct Diagonal: Operator {
    fileprivate let first, second: Int64

    func plan(_ operands: Operands) throws(Refusal) -> PlannedStep {
        let input = try operands.required(0, "Inputs")
        let axes = try normalised([first, second], rank: input.shape.count, "equation")
        let copy = try refusing("equation") { () throws(KernelError) in
            try StridedCopy.diagonal(shape: input.shape, axis: axes[0], other: axes[1])
        }
        return PlannedStep(copy, of: input.elementType)
    }
}
