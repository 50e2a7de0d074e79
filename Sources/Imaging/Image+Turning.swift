extension Image {
    /// The picture turned clockwise by `quarterTurns` times 90 degrees; any integer, negative
    /// counterclockwise.
    package func rotated(quarterTurns: Int) -> Image {
        switch quarterTurns & 3 {
        case 1: turnedUpright(from: .quarterTurnClockwise)
        case 2: turnedUpright(from: .halfTurn)
        case 3: turnedUpright(from: .quarterTurnCounterclockwise)
        default: self
        }
    }

    /// The mirror image: left and right changed.
    package func mirrored() -> Image { turnedUpright(from: .mirrored) }

    /// The stored picture turned upright.
    package func turnedUpright(from orientation: Orientation) -> Image {
        if orientation == .upright { return self }
        let walk = StoredWalk(orientation, storedWidth: width, storedHeight: height)
        return Image(width: walk.width, height: walk.height) { target in
            pixels.withUnsafeBufferPointer { walk.copy(from: $0.baseAddress!, to: target.baseAddress!) }
        }
    }
}

/// How to step through the stored pixels so that the upright ones come in order.
private struct StoredWalk {
    /// Size of the upright picture.
    let width, height: Int
    /// Index of the stored pixel that becomes the upright one at (0, 0), and what a step right and down adds
    /// to it.
    private let start, right, down: Int

    init(_ orientation: Orientation, storedWidth: Int, storedHeight: Int) {
        let steps = orientation.steps
        width = steps.transposes ? storedHeight : storedWidth
        height = steps.transposes ? storedWidth : storedHeight
        let acrossStep = steps.transposes ? storedWidth : 1
        let downStep = steps.transposes ? 1 : storedWidth
        right = steps.mirrorsColumns ? -acrossStep : acrossStep
        down = steps.mirrorsRows ? -downStep : downStep
        start =
            (steps.mirrorsColumns ? (width - 1) * acrossStep : 0)
            + (steps.mirrorsRows ? (height - 1) * downStep : 0)
    }

    /// Tiles keep a transposition within the cache: it reads along columns.
    private static let tile = 32

    func copy(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        for top in stride(from: 0, to: height, by: Self.tile) {
            for left in stride(from: 0, to: width, by: Self.tile) {
                copyTile(left: left, top: top, from: source, to: target)
            }
        }
    }

    private func copyTile(
        left: Int, top: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
    ) {
        let end = min(left + Self.tile, width)
        for y in top..<min(top + Self.tile, height) {
            var from = source + (start + y * down + left * right) * 3
            var to = target + (y * width + left) * 3
            for _ in left..<end {
                (to[0], to[1], to[2]) = (from[0], from[1], from[2])
                from += right * 3
                to += 3
            }
        }
    }
}
