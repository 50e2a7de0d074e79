/// How the stored pixels have to be turned to stand upright: EXIF tag 0x0112, by its EXIF value (1...8).
///
/// Each case says what is done to the *stored* picture to make it upright.
package enum Orientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case halfTurn = 3
    /// Upside down mirror image: rows in reverse order.
    case flipped = 4
    /// Reflection in the main diagonal.
    case transposed = 5
    /// A quarter turn clockwise: the usual portrait photograph of a telephone.
    case quarterTurnClockwise = 6
    /// Reflection in the other diagonal.
    case transversed = 7
    case quarterTurnCounterclockwise = 8

    /// Whether width and height change places.
    package var swapsAxes: Bool { rawValue >= 5 }
}
