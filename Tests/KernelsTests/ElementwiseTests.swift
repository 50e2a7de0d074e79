import Foundation
import Kernels
import TestKit
import Testing

struct ElementwiseTests {
    static let unary: [(UnaryOperation, @Sendable (Double) -> Double)] = [
        (.relu, { max($0, 0) }), (.leakyRelu(alpha: 0.1), { $0 < 0 ? 0.1 * $0 : $0 }),
        (.elu(alpha: 0.5), { $0 > 0 ? $0 : 0.5 * (Foundation.exp($0) - 1) }),
        (.sigmoid, { 1 / (1 + Foundation.exp(-$0)) }), (.silu, { $0 / (1 + Foundation.exp(-$0)) }),
        (.hardSigmoid(alpha: 0.3, beta: 0.4), { max(0, min(1, 0.3 * $0 + 0.4)) }),
        (.hardSwish, { $0 * max(0, min(1, $0 / 6 + 0.5)) }), (.tanh, { Foundation.tanh($0) }),
        (.exp, { Foundation.exp($0) }), (.erf, { Foundation.erf($0) }),
        (.softplus, { Foundation.log(1 + Foundation.exp($0)) }), (.negate, { -$0 }), (.absolute, { abs($0) }),
        (.floor, { Foundation.floor($0) }), (.ceil, { Foundation.ceil($0) }),
        (.round, { $0.rounded(.toNearestOrEven) }), (.sign, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
        (.clip(low: -1, high: 2.5), { min(max($0, -1), 2.5) }), (.reciprocal, { 1 / $0 }),
        (.gelu, { $0 / 2 * (1 + Foundation.erf($0 / 2.0.squareRoot())) }),
        (.cos, { Foundation.cos($0) }), (.sin, { Foundation.sin($0) }),
        (.log, { Foundation.log($0) }), (.sqrt, { $0.squareRoot() }),
    ]

    @Test(arguments: [1, 7, 33, 100_003])
    func `every function of one element agrees with its definition`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for (operation, function) in Self.unary {
            let positive = operation == .log || operation == .sqrt || operation == .reciprocal
            let x = Support.floats(count, &generator, in: positive ? 0.1...4 : -4...4)
            let expected = x.map { Float(function(Double($0))) }
            for table in Support.tables {
                for pool in Support.pools {
                    let found = Support.output(count) {
                        Elementwise.apply(operation, x, $0, count: count, pool: pool, table: table)
                    }
                    #expect(
                        Support.difference(found, expected) < 1e-6, "\(operation) \(table.instructionSet)")
                }
            }
        }
    }

    /// Detectors rank faces by small scores too, and steps write over their operands.
    @Test func `sigmoids keep their digits as far as they are normal floats, in place`() {
        // Below -87 the result is subnormal, or nothing.
        let x = (0...20_000).map { Float($0) * 0.00875 - 87 }
        let expected = x.map { 1 / (1 + Foundation.exp(-Double($0))) }
        var results: Set<[Float]> = []
        for table in Support.tables {
            var found = x
            found.withUnsafeMutableBufferPointer {
                let start = $0.baseAddress!
                Elementwise.apply(
                    .sigmoid, UnsafePointer(start), start, count: $0.count, pool: Support.pools[0],
                    table: table)
            }
            let worst = zip(found, expected).map { abs(Double($0) - $1) / $1 }.max() ?? .infinity
            #expect(worst < 3e-7, "\(table.instructionSet)")
            if table.fusesProducts { results.insert(found) }
        }
        #expect(results.count == (Support.tables.contains(where: \.fusesProducts) ? 1 : 0))
    }

    @Test func `a SiLU is the product that a graph writes, bit for bit`() {
        let x = (0...20_001).map { Float($0) * 0.01 - 100 }
        for table in Support.tables {
            func apply(_ operation: UnaryOperation) -> [Float] {
                Support.output(x.count) {
                    Elementwise.apply(operation, x, $0, count: x.count, pool: Support.pools[0], table: table)
                }
            }
            #expect(apply(.silu) == zip(x, apply(.sigmoid)).map { $0 * $1 }, "\(table.instructionSet)")
        }
    }

    @Test func `special values come out as IEEE 754 has them`() {
        let x: [Float] = [.infinity, -.infinity, .nan, -0.5, 1.5, 2.5]
        let cases: [(UnaryOperation, [Float])] = [
            (.sigmoid, [1, 0, .nan]), (.relu, [.infinity, 0, .nan]), (.tanh, [1, -1, .nan]),
            (.exp, [.infinity, 0, .nan]), (.softplus, [.infinity, 0, .nan]), (.sign, [1, -1, .nan]),
            (.silu, [.infinity, .nan, .nan]), (.clip(low: -3, high: 3), [3, -3, .nan]),
            (.round, [.infinity, -.infinity, .nan, -0, 2, 2]),
        ]
        for (operation, expected) in cases {
            for table in Support.tables {
                let found = Support.output(6) {
                    Elementwise.apply(operation, x, $0, count: 6, pool: Support.pools[0], table: table)
                }
                let prefix = Array(found.prefix(expected.count))
                #expect(Support.difference(prefix, expected) == 0, "\(operation) \(found)")
            }
        }
    }

    static let shapes: [([Int], [Int], [Int])] = [
        ([5], [5], [5]), ([2, 3, 4, 5], [2, 3, 4, 5], [2, 3, 4, 5]), ([7], [], [7]), ([], [7], [7]),
        ([], [], []),
        ([2, 3, 4, 5], [3, 1, 1], [2, 3, 4, 5]), ([3, 1, 1], [2, 3, 4, 5], [2, 3, 4, 5]),
        ([4, 1], [1, 6], [4, 6]), ([2, 1, 3, 1], [1, 4, 1, 5], [2, 4, 3, 5]),
        ([1, 3, 5], [4, 1, 5], [4, 3, 5]),
        ([2, 0, 3], [2, 1, 3], [2, 0, 3]), ([1], [0], [0]), ([300, 400], [400], [300, 400]),
        ([300, 400], [300, 1], [300, 400]), ([100_000], [1], [100_000]),
    ]

    @Test(arguments: shapes)
    func `broadcasting agrees with NumPy`(a: [Int], b: [Int], output: [Int]) throws {
        var generator = SeededGenerator(seed: 1)
        let broadcast = try Broadcast(a, b)
        #expect(broadcast.outputShape == output && broadcast.count == output.reduce(1, *))
        let x = Support.floats(max(1, a.reduce(1, *)), &generator, in: 0.5...2)
        let y = Support.floats(max(1, b.reduce(1, *)), &generator, in: 0.5...2)
        let places = Support.places(output)
        let pairs = places.map { (x[Support.index($0, a)], y[Support.index($0, b)]) }
        let functions: [(BinaryOperation, (Float, Float) -> Float)] = [
            (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
            (.power, { Float(Foundation.pow(Double($0), Double($1))) }), (.minimum, { min($0, $1) }),
            (.maximum, { max($0, $1) }),
        ]
        #expect(functions.count == BinaryOperation.allCases.count)
        for (operation, function) in functions {
            let expected = pairs.map { function($0.0, $0.1) }
            for pool in Support.pools {
                let found = Support.output(broadcast.count) {
                    Elementwise.apply(operation, broadcast, x, y, $0, pool: pool)
                }
                #expect(Support.difference(found, expected) < 1e-6, "\(operation) \(a) \(b)")
            }
        }
    }

    /// Steps write over their operands, piece by piece where these are long.
    @Test(arguments: [[3, 700], [2_500]], BinaryOperation.allCases)
    func `a result may take an operand's place`(shape: [Int], operation: BinaryOperation) throws {
        var generator = SeededGenerator(seed: 8)
        let count = shape.reduce(1, *)
        for other in [shape, [1], [shape[shape.count - 1]]] {
            let (a, b) = (
                Support.floats(count, &generator, in: 0.5...2),
                Support.floats(other.reduce(1, *), &generator, in: 0.5...2)
            )
            for pool in Support.pools {
                func run(_ first: ([Float], [Int]), _ second: ([Float], [Int]), over: Int?) throws -> [Float]
                {
                    let broadcast = try Broadcast(first.1, second.1)
                    guard let over else {
                        return Support.output(count) {
                            Elementwise.apply(operation, broadcast, first.0, second.0, $0, pool: pool)
                        }
                    }
                    var memory = over == 0 ? first.0 : second.0
                    memory.withUnsafeMutableBufferPointer { place in
                        let output = place.baseAddress!
                        if over == 0 {
                            Elementwise.apply(operation, broadcast, output, second.0, output, pool: pool)
                        } else {
                            Elementwise.apply(operation, broadcast, first.0, output, output, pool: pool)
                        }
                    }
                    return memory
                }
                #expect(try run((a, shape), (b, other), over: 0) == run((a, shape), (b, other), over: nil))
                #expect(try run((b, other), (a, shape), over: 1) == run((b, other), (a, shape), over: nil))
            }
        }
    }

    @Test func `shapes that do not broadcast are refused`() {
        for (a, b) in [([2, 3], [2]), ([0], [2]), ([4, 5], [5, 4])] {
            #expect(throws: KernelError.shapesDoNotBroadcast(a, b)) { try Broadcast(a, b) }
        }
        let huge = [1 << 31, 1, 1 << 31, 1]
        let wide = [1, 1 << 31, 1, 4]
        #expect(throws: KernelError.shapesDoNotBroadcast(huge, wide)) { try Broadcast(huge, wide) }
    }

    static func integers<T: FixedWidthInteger & SignedInteger>(
        _ operation: BinaryOperation, _ a: [T], _ b: [T]
    ) throws -> [T] {
        let broadcast = try Broadcast([a.count], [b.count])
        var output = [T](repeating: 99, count: broadcast.count)
        try Elementwise.apply(operation, broadcast, a, b, &output)
        return output
    }

    @Test func `integers wrap around and never trap`() throws {
        #expect(try Self.integers(.add, [Int64.max, 1], [1]) == [.min, 2])
        #expect(try Self.integers(.subtract, [Int32.min, 1], [1]) == [.max, 0])
        #expect(try Self.integers(.multiply, [Int64.max, 3], [2, -4]) == [-2, -12])
        #expect(try Self.integers(.divide, [Int64.min, -7, 7], [-1, 2, -2]) == [.min, -3, -3])
        #expect(try Self.integers(.minimum, [Int32(3), -4], [0]) == [0, -4])
        #expect(try Self.integers(.maximum, [Int32(3), -4], [0]) == [3, 0])
        #expect(
            try Self.integers(.power, [Int64(3), -2, 0, 2, -1, 2, 0], [4, 3, 0, -1, -3, 64, -1]) == [
                81, -8, 1, 0, -1, 0, 0,
            ])
    }

    @Test func `dividing an integer by zero is an error and writes nothing`() throws {
        let broadcast = try Broadcast([2], [2])
        var output: [Int64] = [5, 6]
        #expect(throws: KernelError.divisionByZero) {
            try Elementwise.apply(.divide, broadcast, [1, 2], [1, 0], &output)
        }
        #expect(output == [5, 6])
    }

    @Test func `prelu takes a slope for all, a channel or an element`() throws {
        var generator = SeededGenerator(seed: 2)
        let shape = [2, 3, 4, 5]
        let x = Support.floats(120, &generator)
        for slopeShape in [[1], [3, 1, 1], [4, 5], [2, 3, 4, 5]] {
            let slope = Support.floats(slopeShape.reduce(1, *), &generator)
            let broadcast = try Broadcast(shape, slopeShape)
            let expected = zip(Support.places(shape), x).map {
                $1 < 0 ? $1 * slope[Support.index($0, slopeShape)] : $1
            }
            let found = Support.output(120) {
                Elementwise.prelu(broadcast, input: x, slope: slope, output: $0, pool: Support.pools[1])
            }
            #expect(found == expected)
        }
    }
}
