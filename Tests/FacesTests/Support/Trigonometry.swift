import Foundation

/// Foundation's functions for tests that would otherwise import it for one call.
enum Trigonometry {
    static func cosine(_ angle: Double) -> Double { cos(angle) }
}
