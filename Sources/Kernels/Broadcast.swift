/// How two operands of known shapes are walked together, by NumPy's broadcasting rules.
///
/// Neighbouring axes that both operands run through without a jump are made one, so that the usual cases
/// (equal shapes, a scalar, one number a channel) become one or two loops.
package struct Broadcast: Sendable {
    package let outputShape: [Int]

    /// Elements of the output.
    package let count: Int

    /// An axis of the walk: a stride of 0 repeats an operand.
    struct Axis: Sendable {
        var extent: Int
        var strideA: Int
        var strideB: Int
    }

    /// Outermost first, none of extent 1; empty for a single element.
    let axes: [Axis]

    /// Elements of the second operand.
    let countB: Int

    /// Throws `shapesDoNotBroadcast`, also for an output of more elements than can be counted.
    package init(_ a: [Int], _ b: [Int]) throws(KernelError) {
        let rank = max(a.count, b.count)
        let left = [Int](repeating: 1, count: rank - a.count) + a
        let right = [Int](repeating: 1, count: rank - b.count) + b
        var shape: [Int] = []
        for (x, y) in zip(left, right) {
            guard x == y || x == 1 || y == 1 else { throw .shapesDoNotBroadcast(a, b) }
            shape.append(x == 1 ? y : x)
        }
        guard let bytes = Tensor.byteCount(shape: shape, elementType: .uint8) else {
            throw .shapesDoNotBroadcast(a, b)
        }
        outputShape = shape
        count = bytes
        countB = b.reduce(1, *)
        axes = Broadcast.walk(shape, Strides.broadcast(left), Strides.broadcast(right))
    }

    private static func walk(_ shape: [Int], _ a: [Int], _ b: [Int]) -> [Axis] {
        var axes: [Axis] = []
        for index in shape.indices where shape[index] != 1 {
            let axis = Axis(extent: shape[index], strideA: a[index], strideB: b[index])
            if let outer = axes.last, outer.strideA == axis.strideA * axis.extent,
                outer.strideB == axis.strideB * axis.extent
            {
                let extent = outer.extent * axis.extent
                axes[axes.count - 1] = Axis(extent: extent, strideA: axis.strideA, strideB: axis.strideB)
            } else {
                axes.append(axis)
            }
        }
        return axes
    }

    /// The innermost loop.
    var inner: Axis { axes.last ?? Axis(extent: 1, strideA: 0, strideB: 0) }

    /// Where both operands stand at element `index` of the output.
    func offsets(of index: Int) -> (a: Int, b: Int) { offsets(of: index, in: axes[...]) }

    /// Where both operands stand at the beginning of run `row` of the innermost loop.
    func offsets(ofRow row: Int) -> (a: Int, b: Int) { offsets(of: row, in: axes.dropLast()) }

    private func offsets(of index: Int, in axes: ArraySlice<Axis>) -> (a: Int, b: Int) {
        var (rest, a, b) = (index, 0, 0)
        for axis in axes.reversed() {
            let place = rest % axis.extent
            rest /= axis.extent
            a += place * axis.strideA
            b += place * axis.strideB
        }
        return (a, b)
    }
}

/// Row-major strides, in elements.
enum Strides {
    /// Those of a contiguous tensor. Products wrap: where they would, the tensor has no elements or was
    /// refused.
    static func contiguous(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] &* shape[axis + 1]
        }
        return strides
    }

    /// The same with 0 on every axis of extent 1, which broadcasting repeats.
    static func broadcast(_ shape: [Int]) -> [Int] {
        zip(shape, contiguous(shape)).map { $0 == 1 ? 0 : $1 }
    }
}
