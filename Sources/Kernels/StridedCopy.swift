/// A copy that reads its input in another order: `Transpose`, `Slice` and `Expand` are all this.
///
/// Works on elements of 1, 2, 4 or 8 bytes.
package struct StridedCopy: Sendable {
    /// An axis of the output: its extent, and the input elements from one place on it to the next.
    struct Axis: Sendable, Hashable {
        var extent: Int
        var stride: Int
    }

    package let outputShape: [Int]

    /// Where in the input the first element of the output lies.
    let base: Int

    /// Outermost first; none of extent 1, neighbours that lie alike made one.
    let axes: [Axis]

    let count: Int

    /// Traps on an output of more elements than can be counted: those who make one have checked it.
    init(outputShape: [Int], strides: [Int], base: Int) {
        guard let count = Tensor.byteCount(shape: outputShape, elementType: .uint8) else {
            preconditionFailure("\(outputShape) is not the shape of a tensor")
        }
        self.outputShape = outputShape
        self.count = count
        self.base = base
        var axes: [Axis] = []
        for (extent, stride) in zip(outputShape, strides) where extent != 1 && count > 0 {
            if let outer = axes.last, outer.stride == stride * extent {
                axes[axes.count - 1] = Axis(extent: outer.extent * extent, stride: stride)
            } else {
                axes.append(Axis(extent: extent, stride: stride))
            }
        }
        self.axes = axes
    }

    /// ONNX `Transpose`: axis `i` of the output is axis `permutation[i]` of the input. Throws `axisInvalid`.
    package static func transpose(shape: [Int], permutation: [Int]) throws(KernelError) -> StridedCopy {
        guard permutation.count == shape.count else {
            throw .geometryInvalid("a permutation of \(permutation.count) axes for rank \(shape.count)")
        }
        let strides = Strides.contiguous(shape)
        let axes = try Axes.resolve(permutation, rank: shape.count)
        return StridedCopy(outputShape: axes.map { shape[$0] }, strides: axes.map { strides[$0] }, base: 0)
    }

    /// Two axes of one extent as one, in the place of the first: the elements that have the same place on
    /// both. Throws `axisInvalid`, and `geometryInvalid` where the extents differ.
    package static func diagonal(shape: [Int], axis: Int, other: Int) throws(KernelError) -> StridedCopy {
        let axes = try Axes.resolve([axis, other], rank: shape.count)
        guard shape[axes[0]] == shape[axes[1]] else {
            throw .geometryInvalid("axes of \(shape[axes[0]]) and \(shape[axes[1]]) have no diagonal")
        }
        var (output, strides) = (shape, Strides.contiguous(shape))
        strides[axes[0]] += strides[axes[1]]
        output.remove(at: axes[1])
        strides.remove(at: axes[1])
        return StridedCopy(outputShape: output, strides: strides, base: 0)
    }

    /// A matrix turned, of sizes that have been checked.
    package static func turned(rows: Int, columns: Int) -> StridedCopy {
        StridedCopy(outputShape: [columns, rows], strides: [1, columns], base: 0)
    }

    /// ONNX `Expand`: broadcasting goes both ways, so the output may be larger than `target`. Throws
    /// `shapesDoNotBroadcast`.
    package static func expand(shape: [Int], to target: [Int]) throws(KernelError) -> StridedCopy {
        guard target.allSatisfy({ $0 >= 0 }) else { throw .shapesDoNotBroadcast(shape, target) }
        let output = try Broadcast(shape, target).outputShape
        let padded = [Int](repeating: 1, count: output.count - shape.count) + shape
        return StridedCopy(outputShape: output, strides: Strides.broadcast(padded), base: 0)
    }
}
