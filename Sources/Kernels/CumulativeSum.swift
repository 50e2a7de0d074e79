/// ONNX `CumSum` along one axis.
package struct CumulativeSum: Sendable {
    package let geometry: AxisGeometry
    /// Whether a sum leaves out its own element.
    package let isExclusive: Bool
    /// Whether sums run from the end.
    package let isReversed: Bool

    package init(_ geometry: AxisGeometry, isExclusive: Bool, isReversed: Bool) {
        (self.geometry, self.isExclusive, self.isReversed) = (geometry, isExclusive, isReversed)
    }

    /// `output` may be the input.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { eachSum(input, output, 0, pool) { $0 + $1 } }

    /// Integers wrap around on overflow. `output` may be the input.
    package func run<Integer: FixedWidthInteger>(
        input: UnsafePointer<Integer>, output: UnsafeMutablePointer<Integer>, pool: WorkerPool
    ) { eachSum(input, output, 0, pool) { $0 &+ $1 } }

    private func eachSum<Element>(
        _ input: UnsafePointer<Element>, _ output: UnsafeMutablePointer<Element>, _ zero: Element,
        _ pool: WorkerPool, _ add: (Element, Element) -> Element
    ) {
        let (count, stride) = (geometry.axis, geometry.inner)
        Softmax.eachLine(geometry, pool) { offset in
            var sum = zero
            for index in 0..<count {
                let place = offset + (isReversed ? count - 1 - index : index) * stride
                let next = add(sum, input[place])
                output[place] = isExclusive ? sum : next
                sum = next
            }
        }
    }
}
