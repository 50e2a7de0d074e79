import Foundation
import Kernels
import TestKit
import Testing

struct MatrixTests {
    /// `alpha op(A) op(B) + beta C` in double; `c` is asked for row and column.
    static func reference(_ g: GemmGeometry, _ a: [Float], _ b: [Float], _ c: (Int, Int) -> Float) -> [Float]
    {
        Support.places([g.m, g.n]).map { place in
            let (row, column) = (place[0], place[1])
            var sum = 0.0
            for k in 0..<g.k {
                let x = g.transposeA ? a[k * g.m + row] : a[row * g.k + k]
                let y = g.transposeB ? b[column * g.k + k] : b[k * g.n + column]
                sum += Double(x) * Double(y)
            }
            return Float(Double(g.alpha) * sum + Double(g.beta) * Double(c(row, column)))
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 7), (64, 33, 20), (1, 200, 300), (300, 2, 40)])
    func `gemm agrees with the definition`(m: Int, n: Int, k: Int) throws {
        var generator = SeededGenerator(seed: UInt64(m * n * k))
        let (a, b) = (Support.floats(m * k, &generator), Support.floats(k * n, &generator))
        let shapes = [[m, n], [n], [1, n], [m, 1], [1], [], [1, 1]]
        for (index, shape) in shapes.enumerated() {
            let g = GemmGeometry(
                m: m, n: n, k: k, transposeA: index % 2 == 1, transposeB: index % 3 == 1, alpha: 0.5,
                beta: -1.5)
            let c = Support.floats(shape.reduce(1, *), &generator)
            let expected = Self.reference(g, a, b) { c[Support.index([$0, $1], shape)] }
            for pool in Support.pools {
                let found = try c.withUnsafeBufferPointer { c in
                    let matrix = try #require(BroadcastMatrix(c.baseAddress!, shape: shape, m: m, n: n))
                    return Support.output(m * n) {
                        Gemm.run(g, a: a, b: b, c: matrix, output: $0, pool: pool)
                    }
                }
                #expect(Support.difference(found, expected) < 2e-6, "\(g) \(shape)")
            }
        }
        let plain = GemmGeometry(m: m, n: n, k: k)
        let found = Support.output(m * n) {
            Gemm.run(plain, a: a, b: b, c: nil, output: $0, pool: Support.pools[1])
        }
        #expect(Support.difference(found, Self.reference(plain, a, b) { _, _ in 0 }) < 2e-6)
    }

    @Test func `a matrix that does not broadcast to the product is refused`() {
        for shape in [[2], [3, 2], [2, 4], [1, 3, 4], [5]] {
            #expect(BroadcastMatrix([0, 0], shape: shape, m: 3, n: 4) == nil, "\(shape)")
        }
    }

    static func run(_ packed: PackedGemm, rows: Int, _ input: [Float], _ pool: WorkerPool) -> [Float] {
        let scratch = AlignedBuffer(byteCount: packed.scratchBytes(rows: rows, threads: pool.threads))
        return Support.output(rows * packed.outputs) {
            packed.run(rows: rows, input: input, output: $0, scratch: scratch.base, pool: pool)
        }
    }

    @Test(arguments: [1, 2, 9], [true, false])
    func `a packed gemm agrees with the definition`(rows: Int, transposed: Bool) {
        var generator = SeededGenerator(seed: 3)
        let (inputs, outputs) = (75, 130)
        let input = Support.floats(rows * inputs, &generator)
        let weights = Support.floats(inputs * outputs, &generator)
        let (bias, slopes) = (Support.floats(outputs, &generator), Support.floats(outputs, &generator))
        let g = GemmGeometry(m: rows, n: outputs, k: inputs, transposeB: transposed, alpha: 2, beta: 0.5)
        let plain = Self.reference(g, input, weights) { bias[$1] }
        let cases: [(Activation, [Float])] = [
            (.none, plain), (.relu, plain.map { max($0, 0) }),
            (.prelu(slopes: slopes), plain.enumerated().map { $1 < 0 ? $1 * slopes[$0 % outputs] : $1 }),
        ]
        for (activation, expected) in cases {
            let packed = PackedGemm(
                inputs: inputs, outputs: outputs, weights: weights, transposed: transposed, alpha: 2,
                bias: bias,
                beta: 0.5, activation: activation)
            for pool in Support.pools {
                #expect(Support.difference(Self.run(packed, rows: rows, input, pool), expected) < 2e-6)
            }
        }
    }

    @Test func `a long sum keeps its accuracy`() {
        var generator = SeededGenerator(seed: 4)
        let inputs = 25_088
        let (input, weights) = (Support.floats(inputs, &generator), Support.floats(inputs * 16, &generator))
        let g = GemmGeometry(m: 1, n: 16, k: inputs, transposeB: true)
        let packed = PackedGemm(inputs: inputs, outputs: 16, weights: weights, transposed: true, bias: nil)
        let found = Self.run(packed, rows: 1, input, Support.pools[1])
        #expect(Support.difference(found, Self.reference(g, input, weights) { _, _ in 0 }) < 2e-6)
    }

    @Test(arguments: [
        ([3, 4], [4, 5], [3, 5]), ([4], [4], []), ([4], [4, 5], [5]), ([3, 4], [4], [3]),
        ([2, 3, 4], [4, 5], [2, 3, 5]), ([2, 1, 3, 4], [5, 4, 2], [2, 5, 3, 2]), ([4], [3, 4, 2], [3, 2]),
        ([0, 3, 4], [4, 2], [0, 3, 2]), ([3, 0], [0, 5], [3, 5]), ([5, 9, 7], [7, 6], [5, 9, 6]),
        ([2, 1, 3, 4], [1, 3, 4, 20], [2, 3, 3, 20]),
    ])
    func `matmul agrees with the definition`(a: [Int], b: [Int], output: [Int]) throws {
        var generator = SeededGenerator(seed: 5)
        let x = Support.floats(max(1, a.reduce(1, *)), &generator)
        let y = Support.floats(max(1, b.reduce(1, *)), &generator)
        let plan = try MatMul(a, b)
        #expect(plan.outputShape == output)
        let left = a.count == 1 ? [1] + a : a
        let right = b.count == 1 ? b + [1] : b
        let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        let stack = Array(output.dropLast((a.count > 1 ? 1 : 0) + (b.count > 1 ? 1 : 0)))
        var expected: [Float] = []
        for place in Support.places(stack + [m, n]) {
            let batch = Array(place.dropLast(2))
            let (row, column) = (place[place.count - 2], place[place.count - 1])
            var sum = 0.0
            for i in 0..<k {
                sum +=
                    Double(x[Support.index(batch + [row, i], left)])
                    * Double(y[Support.index(batch + [i, column], right)])
            }
            expected.append(Float(sum))
        }
        for pool in Support.pools {
            #expect(Support.difference(Self.run(plan, x, y, pool), expected) < 2e-6)
        }
    }

    static func run(_ product: MatMul, _ a: [Float], _ b: [Float], _ pool: WorkerPool) -> [Float] {
        let scratch = AlignedBuffer(byteCount: product.scratchBytes(threads: pool.threads))
        return Support.output(product.outputShape.reduce(1, *)) {
            product.run(a: a, b: b, output: $0, scratch: scratch.base, pool: pool)
        }
    }

    /// Of one matrix, which threads share, and of several; with columns that leave the last block next to
    /// empty or next to full.
    @Test(arguments: [(1, 150, 45, 17), (1, 2, 45, 31), (5, 29, 64, 49), (4, 49, 7, 3), (1, 300, 33, 200)])
    func `neither threads nor instruction sets that fuse products change a bit of a product of matrices`(
        stack: Int, m: Int, k: Int, n: Int
    ) throws {
        var generator = SeededGenerator(seed: UInt64(m * k))
        let (x, y) = (
            Support.floats(stack * m * k, &generator), Support.floats(stack * k * n, &generator)
        )
        let expected = (0..<stack).flatMap { index in
            Self.reference(
                GemmGeometry(m: m, n: n, k: k), Array(x[index * m * k..<(index + 1) * m * k]),
                Array(y[index * k * n..<(index + 1) * k * n])
            ) { _, _ in 0 }
        }
        var results: Set<[Float]> = []
        for table in Support.tables {
            let product = try MatMul([stack, m, k], [stack, k, n], table: table)
            let found = Support.pools.map { Self.run(product, x, y, $0) }
            #expect(Support.difference(found[0], expected) < 2e-6, "\(table.instructionSet)")
            #expect(found[0] == found[1], "\(table.instructionSet)")
            if table.fusesProducts { results.insert(found[0]) }
        }
        #expect(n < 4 || results.count <= 1)
    }

    /// Sums of one chunk and of three, and columns that do not fill the last block.
    /// With 200 outputs of 400 rows, threads share both.
    @Test(
        arguments: [
            (200, 70, 43), (3, 70, 43), (200, 3_100, 43), (5, 3_100, 43), (30, 16, 43), (400, 33, 200),
        ], Precision.allCases)
    func `a residual is added before the activation, in place too; threads and other rows change no bit`(
        shape: (rows: Int, inputs: Int, outputs: Int), precision: Precision
    ) {
        let (rows, inputs, outputs) = shape
        var generator = SeededGenerator(seed: 6)
        let input = Support.floats(rows * inputs, &generator)
        let weights = Support.floats(inputs * outputs, &generator)
        let bias = Support.floats(outputs, &generator)
        let residual = Support.floats(rows * outputs, &generator, in: -50...50)
        for (table, activation) in Support.tables.flatMap({ [($0, Activation.relu), ($0, .gelu)] }) {
            let plain = PackedGemm(
                inputs: inputs, outputs: outputs, weights: weights, transposed: true, bias: bias,
                precision: precision, table: table)
            let sums = zip(Self.run(plain, rows: rows, input, Support.pools[0]), residual).map { $0 + $1 }
            let expected = sums.map {
                let x = Double($0)
                return activation == .relu ? max($0, 0) : Float(x / 2 * (1 + erf(x / 2.0.squareRoot())))
            }
            let packed = plain.with(activation: activation)
            var results: Set<[Float]> = []
            for pool in Support.pools {
                let bytes = packed.scratchBytes(rows: rows, threads: pool.threads)
                let scratch = GuardedBuffer([Float](repeating: .nan, count: bytes / 4), side: .end)
                func run(_ first: Int, _ count: Int) -> [Float] {
                    Support.output(count * outputs) { output in
                        for at in 0..<count * outputs { output[at] = residual[first * outputs + at] }
                        input.withUnsafeBufferPointer {
                            packed.run(
                                rows: count, input: $0.baseAddress! + first * inputs, residual: output,
                                output: output, scratch: scratch.base, pool: pool)
                        }
                    }
                }
                let found = run(0, rows)
                #expect(Support.difference(found, expected) < 2e-6, "\(table.instructionSet)")
                results.insert(found)
                let row = rows - 2
                #expect(run(row, 1) == Array(found[row * outputs..<(row + 1) * outputs]))
            }
            #expect(results.count == 1, "\(table.instructionSet)")
        }
    }

    @Test func `matrices that do not fit are refused`() {
        for (a, b) in [([3, 4], [5, 4]), ([2, 3, 4], [3, 4, 5]), ([], [3]), ([3], []), ([4], [3])] {
            #expect(throws: KernelError.shapesDoNotBroadcast(a, b)) { try MatMul(a, b) }
        }
    }
}
