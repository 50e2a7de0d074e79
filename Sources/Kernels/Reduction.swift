/// ONNX `ReduceMean` and its kin over a set of axes of an input of known shape.
package struct Reduction: Sendable {
    /// What becomes of the elements that fall together.
    package enum Operation: Sendable, Hashable, CaseIterable {
        case mean, sum, l1, l2, sumSquare, maximum, minimum, product
    }

    /// An axis of a walk over the input, in elements.
    private struct Axis {
        var extent: Int
        var stride: Int
    }

    package let operation: Operation

    /// The input's shape with an extent of 1 on every reduced axis.
    package let keptShape: [Int]

    /// The input's shape without the reduced axes.
    package let droppedShape: [Int]

    private let kept: [Axis]
    private let reduced: [Axis]

    /// No axes means all. Throws `axisInvalid`, and `geometryInvalid` where a maximum or minimum would be
    /// over nothing.
    package init(_ operation: Operation, shape: [Int], axes: [Int]) throws(KernelError) {
        let named = Set(axes.isEmpty ? Array(shape.indices) : try Axes.resolve(axes, rank: shape.count))
        let strides = Strides.contiguous(shape)
        self.operation = operation
        keptShape = shape.indices.map { named.contains($0) ? 1 : shape[$0] }
        droppedShape = shape.indices.filter { !named.contains($0) }.map { shape[$0] }
        kept = Reduction.walk(shape, strides) { !named.contains($0) }
        reduced = Reduction.walk(shape, strides) { named.contains($0) }
        if operation == .maximum || operation == .minimum, reduced.contains(where: { $0.extent == 0 }),
            !kept.contains(where: { $0.extent == 0 })
        {
            throw .geometryInvalid("\(operation) over an axis of no elements")
        }
    }

    /// The chosen axes, neighbours that lie without a gap made one.
    private static func walk(_ shape: [Int], _ strides: [Int], _ isChosen: (Int) -> Bool) -> [Axis] {
        var axes: [Axis] = []
        for index in shape.indices where isChosen(index) && shape[index] != 1 {
            if let outer = axes.last, outer.stride == strides[index] * shape[index] {
                axes[axes.count - 1] = Axis(extent: outer.extent * shape[index], stride: strides[index])
            } else {
                axes.append(Axis(extent: shape[index], stride: strides[index]))
            }
        }
        return axes
    }

    /// `output` is apart from the input. Sums are formed in double.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        let together = Reduction.count(reduced)
        pool.runRanges(Reduction.count(kept), grain: max(1, 16_384 / max(together, 1))) { range in
            for index in range {
                let base = input + Reduction.offset(of: index, in: kept[...])
                output[index] = reduce(base, count: together)
            }
        }
    }

    private func reduce(_ base: UnsafePointer<Float>, count: Int) -> Float {
        switch operation {
        case .mean: Float(fold(base, count, 0) { $0 + Double($1) } / Double(count))
        case .sum: Float(fold(base, count, 0) { $0 + Double($1) })
        case .l1: Float(fold(base, count, 0) { $0 + Double(abs($1)) })
        case .l2: Float(fold(base, count, 0) { $0 + Double($1) * Double($1) }.squareRoot())
        case .sumSquare: Float(fold(base, count, 0) { $0 + Double($1) * Double($1) })
        case .product: Float(fold(base, count, 1) { $0 * Double($1) })
        // NaN comes out, wherever it stands.
        case .maximum: fold(base, count, -Float.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
        case .minimum: fold(base, count, Float.infinity) { $0 < $1 || $0.isNaN ? $0 : $1 }
        }
    }

    @inline(__always)
    private func fold<Sum>(
        _ base: UnsafePointer<Float>, _ count: Int, _ start: Sum, _ combine: (Sum, Float) -> Sum
    ) -> Sum {
        var sum = start
        guard count > 0 else { return sum }
        let inner = reduced.last ?? Axis(extent: 1, stride: 0)
        for row in 0..<count / inner.extent {
            let run = base + Reduction.offset(of: row, in: reduced.dropLast())
            for index in 0..<inner.extent { sum = combine(sum, run[index * inner.stride]) }
        }
        return sum
    }

    private static func count(_ axes: [Axis]) -> Int { axes.reduce(1) { $0 * $1.extent } }

    private static func offset(of index: Int, in axes: ArraySlice<Axis>) -> Int {
        var (rest, offset) = (index, 0)
        for axis in axes.reversed() {
            offset += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return offset
    }
}
