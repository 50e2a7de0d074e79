import Foundation

extension BinaryFloatingPoint {
    /// The number with `digits` decimals, the same in every locale.
    func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", Double(self)) }
}

extension Double {
    /// A rate as people write it: 1e-3, but 0.002.
    var rateText: String {
        let exponent = log10(self)
        let isPower = exponent < 0 && abs(exponent - exponent.rounded()) < 1e-9
        return isPower ? "1e-\(Int(-exponent.rounded()))" : "\(self)"
    }
}

extension Int {
    /// The number with thousands apart: 5,923,194.
    var grouped: String {
        let digits = Array(String(magnitude))
        let groups = digits.enumerated().map { index, digit in
            (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digit)
        }
        return (self < 0 ? "-" : "") + groups.joined()
    }
}
