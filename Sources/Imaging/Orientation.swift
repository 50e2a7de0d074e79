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

extension Orientation {
    /// How the picture is turned, as its two steps: first transpose (change rows for columns), then mirror.
    ///
    /// Every one of the eight is a transposition or none, followed by mirroring columns, rows, both or
    /// neither.
    var steps: (transposes: Bool, mirrorsColumns: Bool, mirrorsRows: Bool) {
        switch self {
        case .upright: (false, false, false)
        case .mirrored: (false, true, false)
        case .halfTurn: (false, true, true)
        case .flipped: (false, false, true)
        case .transposed: (true, false, false)
        case .quarterTurnClockwise: (true, true, false)
        case .transversed: (true, true, true)
        case .quarterTurnCounterclockwise: (true, false, true)
        }
    }

    /// Where `region` of the upright picture lies in the stored one; it must lie within the picture.
    func stored(_ region: PixelRegion, uprightWidth: Int, uprightHeight: Int) -> PixelRegion {
        let x = steps.mirrorsColumns ? uprightWidth - region.x - region.width : region.x
        let y = steps.mirrorsRows ? uprightHeight - region.y - region.height : region.y
        return steps.transposes
            ? PixelRegion(x: y, y: x, width: region.height, height: region.width)
            : PixelRegion(x: x, y: y, width: region.width, height: region.height)
    }
}
