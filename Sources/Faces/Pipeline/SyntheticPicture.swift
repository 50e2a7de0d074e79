import Foundation
import Imaging

/// Pictures of nothing, the same on every machine, to try networks with.
enum SyntheticPicture {
    /// Overlapping waves of several lengths, in different phase in each channel.
    static func waves(width: Int, height: Int, phase: Double) -> Image {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    let (u, v) = (Double(x) / 17, Double(y) / 23)
                    let wave = sin(u + phase + Double(channel)) + cos(v * 1.7 - phase) + sin((u + v) * 3.1)
                    pixels.append(UInt8(min(max(127.5 + wave * 40, 0), 255)))
                }
            }
        }
        return Image(width: width, height: height, pixels: pixels)
    }
}
