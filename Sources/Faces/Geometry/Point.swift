/// A place in an image, in pixels; pixel centres stand at whole numbers, y grows downwards.
package struct Point: Sendable, Equatable, Hashable, Codable {
    package var x: Float
    package var y: Float

    package init(x: Float, y: Float) {
        self.x = x
        self.y = y
    }

    /// Neither coordinate is infinite or not a number.
    package var isFinite: Bool { x.isFinite && y.isFinite }
}
