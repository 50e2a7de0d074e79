/// A shape seen from one of its axes: `outer` times `axis` times `inner` elements.
package struct AxisGeometry: Sendable, Hashable {
    package var outer: Int
    package var axis: Int
    package var inner: Int

    package init(outer: Int, axis: Int, inner: Int) {
        (self.outer, self.axis, self.inner) = (outer, axis, inner)
    }

    /// Throws `axisInvalid`; a negative axis counts from the end.
    package init(shape: [Int], axis: Int) throws(KernelError) {
        let index = try Axes.resolve(axis, rank: shape.count)
        outer = shape[..<index].reduce(1, *)
        self.axis = shape[index]
        inner = shape[(index + 1)...].reduce(1, *)
    }
}

/// Axes as ONNX writes them.
enum Axes {
    /// The index of an axis; a negative one counts from the end. Throws `axisInvalid`.
    static func resolve(_ axis: Int, rank: Int) throws(KernelError) -> Int {
        guard axis >= -rank, axis < rank else { throw .axisInvalid(axis: axis, rank: rank) }
        return axis < 0 ? axis + rank : axis
    }

    /// As `resolve` for each; also throws `axisInvalid` when one is named twice.
    static func resolve(_ axes: [Int], rank: Int) throws(KernelError) -> [Int] {
        var resolved: [Int] = []
        for axis in axes {
            let index = try resolve(axis, rank: rank)
            if resolved.contains(index) { throw .axisInvalid(axis: axis, rank: rank) }
            resolved.append(index)
        }
        return resolved
    }
}
