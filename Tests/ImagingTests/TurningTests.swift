import Imaging
import Testing

@Suite struct TurningTests {
    @Test func `a quarter turn is clockwise`() {
        let image = Pattern.picture(2, 1) { x, _, c in x * 100 + c }
        #expect(image.rotated(quarterTurns: 1) == Pattern.picture(1, 2) { _, y, c in y * 100 + c })
        #expect(image.rotated(quarterTurns: -1) == Pattern.picture(1, 2) { _, y, c in (1 - y) * 100 + c })
    }

    @Test func `turns add up`() {
        let image = Pattern.noise(70, 45)
        let once = image.rotated(quarterTurns: 1)
        #expect(once.width == 45 && once.height == 70)
        #expect(once.rotated(quarterTurns: 1) == image.rotated(quarterTurns: 2))
        #expect(once.rotated(quarterTurns: 2) == image.rotated(quarterTurns: -1))
        #expect(once.rotated(quarterTurns: 3) == image)
        #expect(image.rotated(quarterTurns: 8) == image && image.rotated(quarterTurns: -3) == once)
    }

    @Test(arguments: [(1, 1), (5, 3), (33, 65), (100, 2)])
    func `every pixel goes where the orientation says`(width: Int, height: Int) {
        let image = Pattern.noise(width, height)
        let right = width - 1
        let bottom = height - 1
        let sources: [(Orientation, (Int, Int) -> (Int, Int))] = [
            (.mirrored, { (right - $0, $1) }), (.halfTurn, { (right - $0, bottom - $1) }),
            (.flipped, { ($0, bottom - $1) }), (.transposed, { ($1, $0) }),
            (.quarterTurnClockwise, { ($1, bottom - $0) }), (.transversed, { (right - $1, bottom - $0) }),
            (.quarterTurnCounterclockwise, { (right - $1, $0) }),
        ]
        for (orientation, source) in sources {
            let turned = image.turnedUpright(from: orientation)
            #expect(
                [turned.width, turned.height] == (orientation.swapsAxes ? [height, width] : [width, height]))
            for y in 0..<turned.height {
                for x in 0..<turned.width {
                    let (fromX, fromY) = source(x, y)
                    #expect(turned[x, y] == image[fromX, fromY])
                }
            }
        }
        #expect(image.mirrored() == image.turnedUpright(from: .mirrored))
    }
}
