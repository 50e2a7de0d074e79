extension Reduction {
    /// `output` is apart from the input. Sums are formed in double.
    ///
    /// The order of an output's elements follows from the shape and the axes: the bits are the same on any
    /// number of threads, and for any extent of an axis that stands before the reduced ones.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        let together = Reduction.count(reduced)
        pool.runRanges(Reduction.count(kept), grain: max(1, 16_384 / max(together, 1))) { range in
            let part = ReductionPart(of: self, outputs: range, input: input, output: output)
            fold(part, Double(together))
        }
    }

    private func fold(_ part: ReductionPart, _ together: Double) {
        switch operation {
        case .mean: part.fold(0, { Double($0) }, +) { Float($0 / together) }
        case .sum: part.fold(0, { Double($0) }, +) { Float($0) }
        case .l1: part.fold(0, { Double(abs($0)) }, +) { Float($0) }
        case .l2: part.fold(0, { Double($0) * Double($0) }, +) { Float($0.squareRoot()) }
        case .sumSquare: part.fold(0, { Double($0) * Double($0) }, +) { Float($0) }
        // Some elements alone may overflow and others vanish where the product of all does neither.
        case .product: part.fold(inOrder: true, 1, { Double($0) }, *) { Float($0) }
        // NaN comes out, wherever it stands.
        case .maximum: part.fold(-Float.infinity, { $0 }, { $0 > $1 || $0.isNaN ? $0 : $1 }) { $0 }
        case .minimum: part.fold(Float.infinity, { $0 }, { $0 < $1 || $0.isNaN ? $0 : $1 }) { $0 }
        }
    }

    static func count(_ axes: some Sequence<Axis>) -> Int { axes.reduce(1) { $0 * $1.extent } }

    static func offset(of index: Int, in axes: ArraySlice<Axis>) -> Int {
        var (rest, offset) = (index, 0)
        for axis in axes.reversed() {
            offset += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return offset
    }
}
