import Kernels
import TestKit
import Testing

/// Pools of random geometry against a loop over the elements of each window, bit by bit.
struct PoolingWindowTests {
    private static func geometry(_ generator: inout SeededGenerator) -> PoolingGeometry {
        func axis(_ largest: Int) -> (
            input: Int, output: Int, kernel: Int, stride: Int, dilation: Int, pads: [Int]
        ) {
            let (kernel, stride) = (
                Int.random(in: 1...5, using: &generator), Int.random(in: 1...4, using: &generator)
            )
            let (dilation, input) = (
                Int.random(in: 1...3, using: &generator), Int.random(in: 1...largest, using: &generator)
            )
            let pads = [0, 1].map { _ in Int.random(in: 0...kernel, using: &generator) }
            // Rounded up as by `ceil_mode`: a window may begin behind the input.
            let room = max(0, input + pads[0] + pads[1] - (kernel - 1) * dilation - 1)
            return (input, (room + stride - 1) / stride + 1, kernel, stride, dilation, pads)
        }
        let (rows, columns) = (axis(9), axis(70))
        return PoolingGeometry(
            planes: Int.random(in: 1...4, using: &generator), inputHeight: rows.input,
            inputWidth: columns.input, outputHeight: rows.output, outputWidth: columns.output,
            kernelHeight: rows.kernel, kernelWidth: columns.kernel, strideHeight: rows.stride,
            strideWidth: columns.stride, dilationHeight: rows.dilation, dilationWidth: columns.dilation,
            padTop: rows.pads[0], padLeft: columns.pads[0], padBottom: rows.pads[1],
            padRight: columns.pads[1])
    }

    /// NaN with the number of its place, infinities and both zeros among some of the values.
    private static func values(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
        let isTame = Bool.random(using: &generator)
        return (0..<count).map { index in
            switch isTame ? 9 : Int.random(in: 0...60, using: &generator) {
            case 0: Float(nan: UInt32(index), signaling: false)
            case 1: -.infinity
            case 2: .infinity
            case 3...9: Bool.random(using: &generator) ? -0.0 : 0.0
            default: Float.random(in: -2...2, using: &generator)
            }
        }
    }

    private static func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

    @Test(arguments: GuardedBuffer<Float>.Side.allCases)
    func `any geometry gives the bits of a plain loop and reads nothing else`(
        side: GuardedBuffer<Float>.Side
    ) {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<400 {
            let g = Self.geometry(&generator)
            let values = Self.values(g.planes * g.inputHeight * g.inputWidth, &generator)
            let input = GuardedBuffer(values, side: side)
            let windows = PoolingTests.windows(g, values)
            let largest = windows.map {
                $0.values.reduce(-Float.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
            }
            for pool in Support.pools {
                let found = Support.output(windows.count) {
                    Pooling.max(g, input: input.base, output: $0, pool: pool)
                }
                #expect(Self.bits(found) == Self.bits(largest), "\(g)")
                for countsPads in [false, true] {
                    let means = windows.map { window in
                        let count = countsPads ? window.padded : window.values.count
                        return count == 0 ? 0 : window.values.reduce(0, +) / Float(count)
                    }
                    let found = Support.output(windows.count) {
                        Pooling.average(
                            g, countIncludesPad: countsPads, input: input.base, output: $0, pool: pool)
                    }
                    #expect(same(found, means), "\(g) \(countsPads)")
                }
            }
        }
    }

    /// The same bits, but for which of several NaN a sum hands on.
    private func same(_ found: [Float], _ expected: [Float]) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
    }
}
