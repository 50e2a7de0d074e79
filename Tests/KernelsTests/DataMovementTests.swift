import Kernels
import TestKit
import Testing

struct DataMovementTests {
    static let types: [ElementType] = [.uint8, .float16, .int32, .int64]

    /// Bytes whose elements, of any size, are all different within the first 256.
    static func bytes(_ count: Int, _ type: ElementType) -> [UInt8] {
        (0..<count).flatMap { index in
            (0..<type.byteCount).map { UInt8(truncatingIfNeeded: index >> (8 * $0) ^ (index &* 37) << $0) }
        }
    }

    static func elements(_ bytes: [UInt8], _ type: ElementType) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: type.byteCount).map { Array(bytes[$0..<$0 + type.byteCount]) }
    }

    /// Runs the copy on every element size and pool and holds it against the elements numbered `sources`.
    static func check(_ copy: StridedCopy, inputCount: Int, sources: [Int], _ note: Comment) {
        #expect(copy.outputShape.reduce(1, *) == sources.count, note)
        for type in types {
            let input = bytes(max(inputCount, 1), type)
            let all = elements(input, type)
            for pool in Support.pools {
                var output = [UInt8](repeating: 0xEE, count: sources.count * type.byteCount + 1)
                copy.run(input: input, output: &output, elementType: type, pool: pool)
                #expect(elements(Array(output.dropLast()), type) == sources.map { all[$0] }, note)
                #expect(output.last == 0xEE, note)
            }
        }
    }

    @Test(arguments: [
        ([5], [0]), ([], []), ([3, 4], [1, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4], [0, 2, 1]),
        ([2, 3, 4, 5], [0, 2, 3, 1]), ([2, 3, 4, 5], [3, 2, 1, 0]), ([2, 3, 4, 5], [1, 0, 2, 3]),
        ([2, 1, 4, 1], [3, 2, 1, 0]), ([1, 37, 19, 23], [0, 2, 3, 1]), ([33, 70, 40], [1, 2, 0]),
        ([3, 17, 5, 18], [2, 1, 3, 0]), ([2, 0, 3], [2, 1, 0]), ([4, 5, 6], [-1, 0, 1]),
    ])
    func `transpose agrees with the definition`(shape: [Int], permutation: [Int]) throws {
        let copy = try StridedCopy.transpose(shape: shape, permutation: permutation)
        let axes = permutation.map { ($0 + shape.count) % max(shape.count, 1) }
        #expect(copy.outputShape == axes.map { shape[$0] })
        let sources = Support.places(copy.outputShape).map { place in
            var from = place
            for (index, axis) in axes.enumerated() { from[axis] = place[index] }
            return zip(from, shape).reduce(0) { $0 * $1.1 + $1.0 }
        }
        Self.check(copy, inputCount: shape.reduce(1, *), sources: sources, "\(shape) \(permutation)")
    }

    @Test func `a permutation that is none is refused`() {
        for permutation in [[0, 0], [0], [0, 2], [0, 1, 2]] {
            #expect(throws: KernelError.self) {
                try StridedCopy.transpose(shape: [2, 3], permutation: permutation)
            }
        }
    }

    /// Starts, ends and steps on an axis of 10, and the places NumPy's `x[start:end:step]` takes.
    @Test(
        arguments: [
            (0, 10, 1, Array(0..<10)), (2, 5, 1, [2, 3, 4]), (-3, .max, 1, [7, 8, 9]),
            (0, .max, 3, [0, 3, 6, 9]),
            (9, -11, -1, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), (-1, .min, -4, [9, 5, 1]),
            (.max, 4, -2, [9, 7, 5]),
            (5, 5, 1, []), (7, 2, 1, []), (2, 7, -1, []), (-100, 3, 1, [0, 1, 2]), (4, 6, .max, [4]),
            (4, 2, .min, [4]), (20, 30, 1, []), (.min, .max, 5, [0, 5]),
        ] as [(Int64, Int64, Int64, [Int])])
    func `slice agrees with NumPy`(start: Int64, end: Int64, step: Int64, places: [Int]) throws {
        let copy = try StridedCopy.slice(
            shape: [3, 10, 4], starts: [start], ends: [end], axes: [-2], steps: [step])
        let sources = (0..<3).flatMap { a in places.flatMap { b in (0..<4).map { (a * 10 + b) * 4 + $0 } } }
        #expect(copy.outputShape == [3, places.count, 4])
        Self.check(copy, inputCount: 120, sources: sources, "\(start):\(end):\(step)")
    }

    @Test func `slices of several axes and of the first ones`() throws {
        let both = try StridedCopy.slice(
            shape: [4, 5], starts: [1, -1], ends: [3, .min], axes: [0, 1], steps: [1, -2])
        Self.check(both, inputCount: 20, sources: [9, 7, 5, 14, 12, 10], "two axes")
        let first = try StridedCopy.slice(shape: [4, 2], starts: [2], ends: [4])
        Self.check(first, inputCount: 8, sources: [4, 5, 6, 7], "the first axis")
        let empty = try StridedCopy.slice(shape: [0, 2], starts: [0], ends: [5], steps: [-1])
        Self.check(empty, inputCount: 0, sources: [], "an empty axis")
    }

    @Test func `slices that make no sense are refused`() {
        #expect(throws: KernelError.self) {
            try StridedCopy.slice(shape: [3], starts: [0], ends: [1], steps: [0])
        }
        #expect(throws: KernelError.self) { try StridedCopy.slice(shape: [3], starts: [0], ends: [1, 2]) }
        #expect(throws: KernelError.self) {
            try StridedCopy.slice(shape: [3], starts: [0, 0], ends: [1, 2])
        }
        #expect(throws: KernelError.axisInvalid(axis: 1, rank: 1)) {
            try StridedCopy.slice(shape: [3], starts: [0], ends: [1], axes: [1])
        }
        #expect(throws: KernelError.axisInvalid(axis: -1, rank: 1)) {
            try StridedCopy.slice(shape: [3], starts: [0, 0], ends: [1, 1], axes: [0, -1])
        }
    }

    @Test(arguments: [
        ([3, 1], [2, 1, 6], [2, 3, 6]), ([3, 1], [3, 4], [3, 4]), ([], [2, 2], [2, 2]), ([5], [1], [5]),
        ([2, 3], [2, 3], [2, 3]), ([1, 200, 1], [20, 1, 30], [20, 200, 30]), ([1, 2], [0, 2], [0, 2]),
    ])
    func `expand agrees with NumPy`(shape: [Int], target: [Int], output: [Int]) throws {
        let copy = try StridedCopy.expand(shape: shape, to: target)
        #expect(copy.outputShape == output)
        let sources = Support.places(output).map { Support.index($0, shape) }
        Self.check(copy, inputCount: shape.reduce(1, *), sources: sources, "\(shape) \(target)")
    }

    @Test func `expanding to what does not fit is refused`() {
        #expect(throws: KernelError.self) { try StridedCopy.expand(shape: [3], to: [2]) }
        #expect(throws: KernelError.self) { try StridedCopy.expand(shape: [1], to: [-1]) }
        #expect(throws: KernelError.self) { try StridedCopy.expand(shape: [1], to: [.max, 4]) }
    }

    @Test(arguments: [1, 3, 70_000], [[4, 0, 12, 1], [4, 40, 0, 16], [1, 4, 3]])
    func `split takes apart what concat has joined`(outer: Int, runs: [Int]) {
        let parts = runs.enumerated().map { part, run in
            (0..<outer * run).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ part) }
        }
        let row = runs.reduce(0, +)
        let expected = (0..<outer).flatMap { o in
            zip(parts, runs).flatMap { part, run in part[o * run..<(o + 1) * run] }
        }
        let sources = parts.map { part in
            let buffer = AlignedBuffer(byteCount: part.count)
            buffer.base.copyMemory(from: part, byteCount: part.count)
            return buffer
        }
        for pool in Support.pools {
            var joined = [UInt8](repeating: 0, count: outer * row)
            let inputs = zip(sources, runs).map { (base: UnsafeRawPointer($0.base), runBytes: $1) }
            Concat.join(outer: outer, parts: inputs, output: &joined, pool: pool)
            #expect(joined == expected)
            let targets = runs.map { AlignedBuffer(byteCount: outer * $0) }
            for absent in [nil, 0] {
                let outputs = runs.indices.map { part in
                    (base: part == absent ? nil : Optional(targets[part].base), runBytes: runs[part])
                }
                for target in targets {
                    target.base.initializeMemory(as: UInt8.self, repeating: 0, count: target.byteCount)
                }
                Concat.split(outer: outer, input: joined, parts: outputs, pool: pool)
                for part in runs.indices {
                    let found = Array(
                        UnsafeRawBufferPointer(start: targets[part].base, count: parts[part].count))
                    #expect(part == absent ? found.allSatisfy { $0 == 0 } : found == parts[part])
                }
            }
        }
    }

    @Test func `gather picks slices and counts negative indices from the end`() throws {
        let geometry = try AxisGeometry(shape: [2, 3, 4], axis: 1)
        for type in Self.types {
            let input = Self.bytes(24, type)
            let all = Self.elements(input, type)
            var output = [UInt8](repeating: 0, count: 32 * type.byteCount)
            let indices: [Int64] = [2, -3, 1, -1]
            try indices.withUnsafeBufferPointer {
                try Gather.run(geometry, input: input, elementType: type, indices: $0, output: &output)
            }
            let expected = (0..<2).flatMap { a in
                [2, 0, 1, 2].flatMap { b in (0..<4).map { (a * 3 + b) * 4 + $0 } }
            }
            #expect(Self.elements(output, type) == expected.map { all[$0] })
        }
    }

    @Test(arguments: [3, -4, .max, .min] as [Int64])
    func `an index outside the axis is an error and writes nothing`(index: Int64) throws {
        var output = [UInt8](repeating: 7, count: 8)
        #expect(throws: KernelError.indexOutOfRange(index: index, extent: 3)) {
            try [0, index].withUnsafeBufferPointer {
                try Gather.run(
                    AxisGeometry(outer: 1, axis: 3, inner: 4), input: [UInt8](repeating: 0, count: 12),
                    elementType: .uint8, indices: $0, output: &output)
            }
        }
        #expect(output == [UInt8](repeating: 7, count: 8))
    }
}
