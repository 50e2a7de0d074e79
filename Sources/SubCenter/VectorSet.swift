/// Vectors of one dimension, stored one after the other.
package struct VectorSet: Sendable, Equatable {
    package let dimension: Int
    package private(set) var count: Int
    /// Row-major, `count * dimension` numbers.
    package private(set) var values: [Float]

    /// An empty set with room for `capacity` vectors. Traps when `dimension` is not positive.
    package init(dimension: Int, capacity: Int = 0) {
        precondition(dimension > 0, "vectors need a dimension")
        self.dimension = dimension
        count = 0
        values = []
        values.reserveCapacity(capacity * dimension)
    }

    /// Traps when the vector has another dimension: callers check what comes from outside.
    package mutating func append(_ vector: some Collection<Float>) {
        precondition(vector.count == dimension, "a vector of another dimension")
        values.append(contentsOf: vector)
        count += 1
    }

    /// The vector at `index`. Traps outside `0..<count`.
    package subscript(index: Int) -> ArraySlice<Float> {
        values[index * dimension..<(index + 1) * dimension]
    }

    /// The vector at `index` in place, without a copy.
    func withVector<R>(_ index: Int, _ body: (UnsafeBufferPointer<Float>) -> R) -> R {
        values.withUnsafeBufferPointer { values in
            body(UnsafeBufferPointer(rebasing: values[index * dimension..<(index + 1) * dimension]))
        }
    }

    /// The dot product of this set's vector `index` and the other's vector `otherIndex`.
    func dot(_ index: Int, _ other: VectorSet, _ otherIndex: Int) -> Float {
        withVector(index) { a in other.withVector(otherIndex) { b in Sphere.dot(a, b) } }
    }

    /// The direction of the sum of the vectors at `indices`; nil when they cancel out.
    func direction(ofSum indices: some Sequence<Int>) -> [Float]? {
        var sum = [Float](repeating: 0, count: dimension)
        for index in indices { withVector(index) { Sphere.add($0, to: &sum) } }
        return Sphere.normalised(sum)
    }
}
