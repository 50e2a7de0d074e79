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

    package subscript(index: Int) -> ArraySlice<Float> {
        values[index * dimension..<(index + 1) * dimension]
    }
}
