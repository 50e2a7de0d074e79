import Foundation
import Imaging

/// Pictures that follow from a formula, which a Python script with OpenCV can follow too.
enum Pattern {
    /// Neighbours have nothing to do with each other: the hardest case for rounding.
    static func noise(_ width: Int, _ height: Int) -> Image {
        picture(width, height) { x, y, c in (x * 73 + y * 151 + c * 29 + x * y * 37) & 255 }
    }

    /// Slopes of at most nine levels a pixel, no jumps.
    static func smooth(_ width: Int, _ height: Int) -> Image {
        picture(width, height) { x, y, c in abs((x * 9 + y * 5 + c * 40) % 510 - 255) }
    }

    static func picture(_ width: Int, _ height: Int, _ value: (Int, Int, Int) -> Int) -> Image {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 { pixels.append(UInt8(value(x, y, channel))) }
            }
        }
        return Image(width: width, height: height, pixels: pixels)
    }
}

/// Bytes of a base64 literal in a test.
func decoded(_ base64: String) -> [UInt8] { [UInt8](Data(base64Encoded: base64)!) }

/// The colour expected at a place.
struct Sample: Sendable, CustomStringConvertible {
    let x, y: Int
    let color: [Int]

    init(_ x: Int, _ y: Int, _ red: Int, _ green: Int, _ blue: Int) {
        self.x = x
        self.y = y
        color = [red, green, blue]
    }

    var description: String { "\(color) at (\(x), \(y))" }

    /// The largest difference of a channel.
    func distance(in image: Image) -> Int {
        let found = image[x, y]
        return zip([found.red, found.green, found.blue], color).map { abs(Int($0) - $1) }.max()!
    }
}

/// Largest and mean difference of two byte strings of equal length.
func difference(_ first: [UInt8], _ second: [UInt8]) -> (largest: Int, mean: Double) {
    precondition(first.count == second.count)
    let all = zip(first, second).map { abs(Int($0) - Int($1)) }
    return (all.max() ?? 0, Double(all.reduce(0, +)) / Double(all.count))
}

extension Image {
    /// Sum of each channel.
    var channelSums: [Int] {
        (0..<3).map { channel in
            stride(from: channel, to: pixels.count, by: 3).reduce(0) { $0 + Int(pixels[$1]) }
        }
    }
}
