/// ONNX `ArgMax` and `ArgMin`: where along an axis the largest or least element is.
package struct ExtremumPlace: Sendable {
    package let geometry: AxisGeometry
    package let isMaximum: Bool
    /// Whether of equal ones the last counts.
    package let takesLast: Bool

    /// Traps on an axis of no elements.
    package init(_ geometry: AxisGeometry, isMaximum: Bool, takesLast: Bool) {
        precondition(geometry.axis > 0, "the extremum of nothing")
        (self.geometry, self.isMaximum, self.takesLast) = (geometry, isMaximum, takesLast)
    }

    /// `output`: an index for each of the outer times the inner elements. NaN is passed over unless it is the
    /// first, which nothing then compares with.
    package func run<Element: Comparable>(
        input: UnsafePointer<Element>, output: UnsafeMutablePointer<Int64>, pool: WorkerPool
    ) {
        switch (isMaximum, takesLast) {
        case (true, false): each(input, output, pool) { $0 > $1 }
        case (true, true): each(input, output, pool) { $0 >= $1 }
        case (false, false): each(input, output, pool) { $0 < $1 }
        case (false, true): each(input, output, pool) { $0 <= $1 }
        }
    }

    private func each<Element>(
        _ input: UnsafePointer<Element>, _ output: UnsafeMutablePointer<Int64>, _ pool: WorkerPool,
        _ isBetter: (Element, Element) -> Bool
    ) {
        let (count, inner) = (geometry.axis, geometry.inner)
        pool.runRanges(geometry.outer * inner, grain: max(1, Broadcast.grain / count)) { range in
            for line in range {
                let x = input + line / inner * count * inner + line % inner
                var (best, place) = (x[0], 0)
                for index in 1..<max(count, 1) where isBetter(x[index * inner], best) {
                    (best, place) = (x[index * inner], index)
                }
                output[line] = Int64(place)
            }
        }
    }
}
