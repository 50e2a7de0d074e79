import Kernels
import TestKit
import Testing

struct PoolingTests {
    /// Inside elements of each window, and the number of places inside the padded input.
    static func windows(_ g: PoolingGeometry, _ input: [Float]) -> [(values: [Float], padded: Int)] {
        Support.places([g.planes, g.outputHeight, g.outputWidth]).map { place in
            var (values, padded) = ([Float](), 0)
            for ky in 0..<g.kernelHeight {
                for kx in 0..<g.kernelWidth {
                    let y = place[1] * g.strideHeight + ky * g.dilationHeight - g.padTop
                    let x = place[2] * g.strideWidth + kx * g.dilationWidth - g.padLeft
                    if y < g.inputHeight + g.padBottom && x < g.inputWidth + g.padRight { padded += 1 }
                    guard y >= 0, y < g.inputHeight, x >= 0, x < g.inputWidth else { continue }
                    values.append(input[(place[0] * g.inputHeight + y) * g.inputWidth + x])
                }
            }
            return (values, padded)
        }
    }

    static let geometries: [PoolingGeometry] = [
        PoolingGeometry(
            planes: 3, inputHeight: 7, inputWidth: 9, outputHeight: 3, outputWidth: 4, kernelHeight: 2,
            kernelWidth: 2, strideHeight: 2, strideWidth: 2),
        // As ceil_mode makes it: the last windows stand half outside.
        PoolingGeometry(
            planes: 2, inputHeight: 7, inputWidth: 8, outputHeight: 4, outputWidth: 4, kernelHeight: 3,
            kernelWidth: 3, strideHeight: 2, strideWidth: 2, padTop: 0, padLeft: 1, padBottom: 0, padRight: 0),
        PoolingGeometry(
            planes: 5, inputHeight: 20, inputWidth: 33, outputHeight: 20, outputWidth: 33, kernelHeight: 3,
            kernelWidth: 3, padTop: 1, padLeft: 1, padBottom: 1, padRight: 1),
        PoolingGeometry(
            planes: 1, inputHeight: 11, inputWidth: 6, outputHeight: 4, outputWidth: 6, kernelHeight: 2,
            kernelWidth: 4, strideHeight: 3, strideWidth: 1, dilationHeight: 2, dilationWidth: 2, padTop: 1,
            padLeft: 3, padBottom: 2, padRight: 3),
        PoolingGeometry(
            planes: 40, inputHeight: 48, inputWidth: 48, outputHeight: 24, outputWidth: 24, kernelHeight: 2,
            kernelWidth: 2, strideHeight: 2, strideWidth: 2),
    ]

    @Test(arguments: geometries)
    func `windows agree with the definition`(g: PoolingGeometry) {
        var generator = SeededGenerator(seed: 1)
        let input = Support.floats(g.planes * g.inputHeight * g.inputWidth, &generator)
        let windows = Self.windows(g, input)
        for pool in Support.pools {
            let largest = Support.output(windows.count) {
                Pooling.max(g, input: input, output: $0, pool: pool)
            }
            #expect(largest == windows.map { $0.values.max() ?? -.infinity })
            for countsPads in [false, true] {
                let mean = Support.output(windows.count) {
                    Pooling.average(g, countIncludesPad: countsPads, input: input, output: $0, pool: pool)
                }
                let expected = windows.map { window in
                    let count = countsPads ? window.padded : window.values.count
                    return count == 0 ? 0 : window.values.reduce(0, +) / Float(count)
                }
                #expect(Support.difference(mean, expected) < 1e-6)
            }
        }
    }

    @Test func `NaN wins a maximum wherever it stands in the window`() {
        let g = PoolingGeometry(
            planes: 1, inputHeight: 1, inputWidth: 4, outputHeight: 1, outputWidth: 2, kernelHeight: 1,
            kernelWidth: 2, strideWidth: 2)
        let found = Support.output(2) {
            Pooling.max(g, input: [.nan, 1, 1, .nan], output: $0, pool: Support.pools[0])
        }
        #expect(found[0].isNaN && found[1].isNaN)
    }

    @Test(arguments: [1, 15, 16, 49, 1_000])
    func `the global average agrees with the definition`(count: Int) {
        var generator = SeededGenerator(seed: 2)
        let input = Support.floats(70 * count, &generator)
        let expected = (0..<70).map { plane in
            Float(input[plane * count..<(plane + 1) * count].reduce(0.0) { $0 + Double($1) } / Double(count))
        }
        for pool in Support.pools {
            let found = Support.output(70) {
                Pooling.globalAverage(planes: 70, planeCount: count, input: input, output: $0, pool: pool)
            }
            #expect(Support.difference(found, expected) < 1e-6)
        }
    }
}
