import Inference
import Kernels
import TestKit
import Testing

/// Operators that change which axis an element's place is told by, or leave some out.
@Suite struct RearrangementOperatorTests: OperatorSuite {
    private func squares(_ type: String, _ size: Int64, mode: String? = nil, opset: UInt64 = 13) -> ONNXWriter
    {
        single(
            type, opset: opset,
            [ONNXAttribute.int("blocksize", size)] + (mode.map { [ONNXAttribute.string("mode", $0)] } ?? []))
    }

    @Test(arguments: [nil, "DCR", "CRD"], [1, 2, 3]) func `channels become squares of pixels and back`(
        mode: String?, size: Int
    ) throws {
        let (channels, height, width) = (5, 4, 7)
        let x = randomTensor([2, channels * size * size, height, width], seed: 3)
        let found = try y(squares("DepthToSpace", Int64(size), mode: mode), x)
        #expect(found.shape == [2, channels, height * size, width * size])
        var expected = [Float](repeating: .nan, count: x.count)
        for index in 0..<x.count {
            let (column, row) = (index % width, index / width % height)
            let depth = index / (width * height) % (channels * size * size)
            let image = index / (width * height * channels * size * size)
            let (channel, place) =
                mode == "CRD"
                ? (depth / (size * size), depth % (size * size)) : (depth % channels, depth / channels)
            let to = (row * size + place / size) * width * size + column * size + place % size
            expected[(image * channels + channel) * height * width * size * size + to] = x.floats[index]
        }
        #expect(found.floats == expected)
        let back = squares("SpaceToDepth", Int64(size), mode: mode, opset: mode == nil ? 13 : 28)
        #expect(try y(back, found).floats == x.floats)
    }

    @Test func `squares that channels or pixels do not make are refused`() {
        #expect(fault(squares("DepthToSpace", 2), [1, 6, 2, 2])?.attribute == "input")
        #expect(fault(squares("DepthToSpace", 2), [4, 2, 2])?.attribute == "input")
        #expect(fault(squares("SpaceToDepth", 2), [1, 1, 2, 3])?.attribute == "input")
        #expect(fault(squares("SpaceToDepth", 2, mode: "DCR", opset: 27), [1, 1, 2, 2])?.attribute == "mode")
        #expect(fault(squares("DepthToSpace", 2, mode: "DCR", opset: 10), [1, 4, 1, 1])?.attribute == "mode")
        for size in [0, -2, 1 << 40] as [Int64] {
            #expect(fault(squares("DepthToSpace", size), [1, 4, 1, 1])?.attribute == "blocksize")
        }
        #expect(fault(single("SpaceToDepth"), [1, 4, 1, 1])?.attribute == "blocksize")
    }

    @Test(arguments: [0, 1, -1, 3, -4, 9, -9, Int64.max, Int64.min], [true, false])
    func `a triangle is what lies on one side of a diagonal`(diagonal: Int64, isUpper: Bool) throws {
        for shape in [[4, 4], [2, 3, 5], [1, 6, 2]] {
            var model = single(
                "Trilu", opset: 14, inputs: ["x", "k"], [ONNXAttribute.int("upper", isUpper ? 1 : 0)])
            model.initializer(ONNXWriter.tensor("k", [], int64s: [diagonal]))
            let x = randomTensor(shape, seed: 5)
            let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
            let expected = x.floats.enumerated().map { index, value in
                let (row, column) = (Double(index / columns % rows), Double(index % columns))
                let isThere = isUpper ? column - row >= Double(diagonal) : column - row <= Double(diagonal)
                return isThere ? value : 0
            }
            #expect(try y(model, x).floats == expected)
        }
    }

    @Test func `a triangle needs rows and columns and one diagonal, its upper one the default`() throws {
        #expect(
            try y(single("Trilu", opset: 14), Tensor(shape: [2, 2], floats: [1, 2, 3, 4])).floats
                == [1, 2, 0, 4])
        #expect(fault(single("Trilu", opset: 14), [4])?.attribute == "input")
        var two = single("Trilu", opset: 14, inputs: ["x", "k"])
        two.initializer("k", [1, 2])
        #expect(fault(two, [2, 2])?.attribute == "k")
    }

    @Test func `the size is the number of elements`() throws {
        var model = ONNXWriter()
        model.input("x", nil)
        model.node("Size", ["x"], ["y"])
        model.output("y", type: .int64)
        for (shape, size) in [([2, 3, 4], 24), ([], 1), ([5, 0], 0)] as [([Int], Int64)] {
            let found = try y(model, randomTensor(shape, seed: 1))
            #expect(found.shape == [] && found.int64s == [size])
        }
    }
}
