import Kernels
import TestKit
import Testing

/// Floats to whole numbers and back, against the definition one element at a time.
struct LinearQuantizationTests {
    static let types = [ElementType.uint8, .int8]

    /// As ONNX has it; NaN is the least, as nothing else says what it is.
    static func quantized(_ x: Float, _ scale: Float, _ zero: Int, _ type: ElementType) -> Int {
        let range = LinearQuantization.range(of: type)!
        let steps = x / scale
        if steps.isNaN { return range.lowerBound }
        let nearest = steps.rounded(.toNearestOrEven) + Float(zero)
        return Int(max(Float(range.lowerBound), min(Float(range.upperBound), nearest)))
    }

    /// The numbers that bytes of a type are.
    private func numbers(_ bytes: [UInt8], _ type: ElementType) -> [Int] {
        bytes.map { type == .int8 ? Int(Int8(bitPattern: $0)) : Int($0) }
    }

    private func bytes(_ numbers: [Int]) -> [UInt8] { numbers.map { UInt8(truncatingIfNeeded: $0) } }

    private func quantize(
        _ layout: LinearQuantization, _ x: [Float], _ scales: [Float], _ zeros: [Int]?, _ type: ElementType,
        _ table: KernelTable, _ pool: WorkerPool = Support.pools[0]
    ) -> [Int] {
        var output = [UInt8](repeating: 77, count: x.count)
        let zeros = zeros.map(bytes)
        output.withUnsafeMutableBytes { target in
            func run(_ zeros: UnsafeRawPointer?) {
                layout.quantize(
                    x, scales: scales, zeros: zeros, to: type, output: target.baseAddress!, pool: pool,
                    table: table)
            }
            if let zeros { zeros.withUnsafeBytes { run($0.baseAddress) } } else { run(nil) }
        }
        return numbers(output, type)
    }

    /// Halves, the bounds of both types, what is beyond, and what is no number.
    static let edges: [Float] =
        (-300...300).map { Float($0) / 2 } + [.infinity, -.infinity, .nan, 1e30, -1e30, 0x1p-149, -0.0]

    @Test(arguments: types, [Float(1), 0.1, 0.25, 3, 0x1p-120, 0, -0.5, .infinity, .nan])
    func `quantising rounds halves to the even number and holds it within the type`(
        type: ElementType, scale: Float
    ) {
        let x = Self.edges.map { scale.isFinite && abs(scale) > 0x1p-100 ? $0 * scale : $0 }
        for zero in [0, 3, type == .int8 ? -128 : 255] {
            let expected = x.map { Self.quantized($0, scale, zero, type) }
            for table in Support.tables {
                for pool in Support.pools {
                    let found = quantize(
                        LinearQuantization(count: x.count), x, [scale], [zero], type, table, pool)
                    #expect(found == expected, "\(table.instructionSet)")
                }
            }
        }
    }

    @Test(arguments: types) func `every byte stands for its distance from the zero point`(type: ElementType) {
        let all = (0...255).map { UInt8($0) }
        for zero in [0, 100, type == .int8 ? -128 : 255] {
            let expected = numbers(all, type).map { Float($0 - zero) * 0.3 }
            for table in Support.tables {
                let found = Support.output(256) { output in
                    bytes([zero]).withUnsafeBytes { zero in
                        LinearQuantization(count: 256).dequantize(
                            all, from: type, scales: [0.3], zeros: zero.baseAddress, output: output,
                            pool: Support.pools[1], table: table)
                    }
                }
                #expect(found == expected, "\(table.instructionSet)")
            }
        }
    }

    @Test func `differences of large integers do not overflow`() {
        let x: [Int32] = [.min, .max, 0, -1]
        let zero: [Int32] = [.max]
        let found = Support.output(4) { output in
            x.withUnsafeBytes { x in
                zero.withUnsafeBytes { zero in
                    LinearQuantization(count: 4).dequantize(
                        x.baseAddress!, from: .int32, scales: [2], zeros: zero.baseAddress, output: output,
                        pool: Support.pools[0])
                }
            }
        }
        #expect(found == [-0x1p33, 0, -0x1p32, -0x1p32])
    }

    struct Layout: CustomTestStringConvertible {
        let shape: [Int], axis: Int
        /// Neighbours that share a scale; nil where each place of the axis has one.
        var block: Int?

        var testDescription: String { "\(shape) \(axis) \(block.map(String.init) ?? "-")" }

        /// The scale of a place.
        func index(_ place: [Int]) -> Int {
            guard let block else { return place[axis] }
            var (place, shape) = (place, shape)
            place[axis] /= block
            shape[axis] = (shape[axis] + block - 1) / block
            return Support.index(place, shape)
        }
    }

    static let layouts = [
        Layout(shape: [7], axis: 0), Layout(shape: [3, 5], axis: 0), Layout(shape: [3, 5], axis: 1),
        Layout(shape: [2, 3, 4, 33], axis: 1), Layout(shape: [5, 3, 2, 2], axis: 0),
        Layout(shape: [2, 3, 4, 33], axis: 3), Layout(shape: [4, 7], axis: 1, block: 3),
        Layout(shape: [4, 7, 5], axis: 1, block: 2), Layout(shape: [6, 9], axis: 0, block: 6),
        Layout(shape: [2, 70], axis: 1, block: 64), Layout(shape: [0, 4], axis: 1),
        Layout(shape: [1, 40], axis: 1, block: 16),
    ]

    @Test(arguments: layouts, types) func `every element has the scale of its place or block`(
        given: Layout, type: ElementType
    ) {
        var generator = SeededGenerator(seed: 4)
        let places = Support.places(given.shape)
        let scaleCount = (places.map(given.index).max() ?? 0) + 1
        let x = Support.floats(max(places.count, 1), &generator, in: -40...40)
        let scales = Support.floats(max(scaleCount, given.shape[given.axis]), &generator, in: 0.1...0.5)
        let zeros = scales.map { Int($0 * 100) }
        let layout =
            given.block.map { LinearQuantization(shape: given.shape, axis: given.axis, block: $0) }
            ?? LinearQuantization(shape: given.shape, axis: given.axis)
        let expected = places.enumerated().map { index, place in
            Self.quantized(x[index], scales[given.index(place)], zeros[given.index(place)], type)
        }
        for table in Support.tables {
            for pool in Support.pools {
                let found = quantize(layout, x, scales, zeros, type, table, pool)
                #expect(Array(found.prefix(places.count)) == expected)
                let back = Support.output(places.count) { output in
                    bytes(zeros).withUnsafeBytes { zeros in
                        layout.dequantize(
                            bytes(found), from: type, scales: scales, zeros: zeros.baseAddress,
                            output: output, pool: pool, table: table)
                    }
                }
                let floats = places.enumerated().map { index, place in
                    Float(expected[index] - zeros[given.index(place)]) * scales[given.index(place)]
                }
                #expect(back == floats)
            }
        }
    }

    @Test func `the extent of elements leaves NaN out and has 0 in it`() {
        for values: [Float] in [
            [], [3], [-2, .nan], [.nan], [1, -5, 7] + Array(repeating: .nan, count: 40),
        ] {
            for count in [values.count, values.count + 20_000] {
                let x = values + Array(repeating: 0.5, count: count - values.count)
                for (table, pool) in Support.tables.flatMap({ t in Support.pools.map { (t, $0) } }) {
                    let found = LinearQuantization.extent(x, count: count, pool: pool, table: table)
                    let real = x.filter { !$0.isNaN } + [0]
                    #expect(found == (real.min()!, real.max()!))
                }
            }
        }
    }
}
