/// A picture decoded at a reduced size, with the way back to full-size coordinates.
package struct ScaledImage: Sendable {
    /// The upright picture.
    package let image: Image
    /// Multiply a coordinate of the full-size upright picture by these to get that of `image`; 1, 1/2, 1/4 or
    /// 1/8.
    ///
    /// They are the codec's exact steps, not the quotient of the sizes: the last row and column may stand for
    /// fewer pixels than the others.
    package let scaleX, scaleY: Double
}
