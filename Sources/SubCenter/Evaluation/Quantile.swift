/// A place among sorted numbers.
enum Quantile {
    /// Linear between neighbours, as `numpy.percentile`'s default; `values` ascend and are not empty.
    static func of(_ values: [Double], _ share: Double) -> Double {
        let place = share * Double(values.count - 1)
        let low = Int(place)
        let high = min(low + 1, values.count - 1)
        return values[low] + (values[high] - values[low]) * (place - Double(low))
    }
}
