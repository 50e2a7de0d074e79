/// One RGB colour, 8 bits a channel.
package struct PixelColor: Sendable, Equatable {
    package let red, green, blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The same value in all three channels.
    package static func grey(_ value: UInt8) -> PixelColor {
        PixelColor(red: value, green: value, blue: value)
    }
    package static let black = grey(0)
    package static let white = grey(255)
}
