/// Wilson's score interval of a share: unlike the textbook's it stays within 0 and 1 and has a width at 0 and
/// 1.
enum WilsonInterval {
    /// Of the normal distribution, for 95 %.
    private static let z = 1.959963984540054

    /// Of a share found among `n` trials, over 0.
    static func of(_ share: Double, among n: Double) -> ClosedRange<Double> {
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        // At the ends the formula gives 0 and 1 but for its rounding.
        return (share == 0 ? 0 : max(0, middle - half))...(share == 1 ? 1 : min(1, middle + half))
    }
}
