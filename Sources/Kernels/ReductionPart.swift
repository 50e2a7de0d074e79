/// Some of a reduction's outputs, folded on one thread.
///
/// A fold begins with `start`, makes a number of each element, merges it with what it has, and finishes with
/// the output. All of these are inlined: the loops are compiled for each operation, and vectorised.
struct ReductionPart {
    let outputs: Range<Int>
    let input: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>

    private let kept: [Reduction.Axis]

    /// The innermost reduced axis, and those around it.
    private let run: Reduction.Axis
    private let around: ArraySlice<Reduction.Axis>

    /// Runs that belong to an output.
    private let runs: Int

    /// Neighbouring outputs that are folded together: their sums, and what they take of a run, stay in the
    /// first cache.
    private static let block = 256

    /// Fewer neighbours than this are folded one by one: the loop over them would be all overhead.
    private static let fewNeighbours = 8

    init(
        of reduction: Reduction, outputs: Range<Int>, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        (self.outputs, self.input, self.output) = (outputs, input, output)
        kept = reduction.kept
        run = reduction.reduced.last ?? Reduction.Axis(extent: 1, stride: 0)
        around = reduction.reduced.dropLast()
        runs = run.extent == 0 ? 0 : Reduction.count(around)
    }

    /// `inOrder` keeps a fold from being split where its parts might overflow.
    @inline(__always)
    func fold<Sum: SIMDScalar>(
        inOrder: Bool = false, _ start: Sum, _ element: (Float) -> Sum, _ merge: (Sum, Sum) -> Sum,
        _ finish: (Sum) -> Float
    ) {
        if let neighbours = kept.last, neighbours.stride == 1, neighbours.extent >= Self.fewNeighbours {
            foldNeighbours(neighbours.extent, start, element, merge, finish)
        } else if run.stride == 1, !inOrder {
            foldEach(finish) { lanes($0, start, element, merge) }
        } else {
            foldEach(finish) { base in
                var sum = start
                eachRun(base) { elements in
                    for index in 0..<run.extent {
                        sum = merge(sum, element(elements[index &* run.stride]))
                    }
                }
                return sum
            }
        }
    }

    /// Outputs that stand side by side in the input too, block by block: their elements are read in the order
    /// in which they lie.
    @inline(__always)
    private func foldNeighbours<Sum>(
        _ extent: Int, _ start: Sum, _ element: (Float) -> Sum, _ merge: (Sum, Sum) -> Sum,
        _ finish: (Sum) -> Float
    ) {
        withUnsafeTemporaryAllocation(of: Sum.self, capacity: Self.block) { buffer in
            guard let sums = buffer.baseAddress else { return }
            var first = outputs.lowerBound
            while first < outputs.upperBound {
                let count = min(Self.block, extent - first % extent, outputs.upperBound - first)
                sums.initialize(repeating: start, count: count)
                eachRun(input + Reduction.offset(of: first, in: kept[...])) { elements in
                    for index in 0..<run.extent {
                        let row = elements + index &* run.stride
                        for lane in 0..<count { sums[lane] = merge(sums[lane], element(row[lane])) }
                    }
                }
                for lane in 0..<count { output[first &+ lane] = finish(sums[lane]) }
                first += count
            }
        }
    }

    @inline(__always)
    private func foldEach<Sum>(_ finish: (Sum) -> Float, _ sum: (UnsafePointer<Float>) -> Sum) {
        for index in outputs {
            output[index] = finish(sum(input + Reduction.offset(of: index, in: kept[...])))
        }
    }

    /// Eight folds side by side over runs without gaps, none of which waits for another; what is left of each
    /// run makes a ninth.
    @inline(__always)
    private func lanes<Sum: SIMDScalar>(
        _ base: UnsafePointer<Float>, _ start: Sum, _ element: (Float) -> Sum, _ merge: (Sum, Sum) -> Sum
    ) -> Sum {
        var lanes = SIMD8<Sum>(repeating: start)
        var sum = start
        let whole = run.extent / 8 * 8
        eachRun(base) { elements in
            for index in stride(from: 0, to: whole, by: 8) {
                for lane in 0..<8 { lanes[lane] = merge(lanes[lane], element(elements[index &+ lane])) }
            }
            for index in whole..<run.extent { sum = merge(sum, element(elements[index])) }
        }
        for lane in 0..<8 { sum = merge(sum, lanes[lane]) }
        return sum
    }

    /// Calls `body` with the beginning of each run of the output whose first element is at `base`.
    @inline(__always)
    private func eachRun(_ base: UnsafePointer<Float>, _ body: (UnsafePointer<Float>) -> Void) {
        for index in 0..<runs { body(base + Reduction.offset(of: index, in: around)) }
    }
}
