/// ONNX `ReduceMean` and its kin over a set of axes of an input of known shape.
package struct Reduction: Sendable {
    /// What becomes of the elements that fall together.
    package enum Operation: Sendable, Hashable, CaseIterable {
        case mean, sum, l1, l2, sumSquare, maximum, minimum, product
    }

    /// An axis of a walk over the input, in elements.
    struct Axis {
        var extent: Int
        var stride: Int
    }

    package let operation: Operation

    /// The input's shape with an extent of 1 on every reduced axis.
    package let keptShape: [Int]

    /// The input's shape without the reduced axes.
    package let droppedShape: [Int]

    let kept: [Axis]
    let reduced: [Axis]

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
}
