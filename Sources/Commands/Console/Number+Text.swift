import Foundation

extension BinaryFloatingPoint {
    /// The number with `digits` decimals, the same in every locale.
    func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", Double(self)) }
}
