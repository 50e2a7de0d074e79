/// A step of a resize that is not by rows alone: one axis is resampled, `outer` times the axis times `inner`.
struct ResizePass: Sendable {
    let axis: ResizeAxis
    let outer: Int
    let inner: Int

    var outputCount: Int { outer * axis.output * inner }

    /// Axes that shrink most come first, so that nothing in between is larger than both input and output;
    /// among equals the last axis, for it has the least to copy.
    static func plan(_ axes: [ResizeAxis], _ inputShape: [Int]) -> [ResizePass] {
        let growth = axes.map { $0.input == 0 ? 1 : Double($0.output) / Double($0.input) }
        let order = axes.indices.filter { !axes[$0].isIdentity }.sorted {
            growth[$0] == growth[$1] ? $0 > $1 : growth[$0] < growth[$1]
        }
        var shape = inputShape
        return order.map { index in
            let outer = shape[..<index].reduce(1, *)
            defer { shape[index] = axes[index].output }
            return ResizePass(axis: axes[index], outer: outer, inner: shape[(index + 1)...].reduce(1, *))
        }
    }
}
