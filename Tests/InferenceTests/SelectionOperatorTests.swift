import Inference
import Kernels
import TestKit
import Testing

/// Operators that find elements, or take them by indices, against their definitions.
@Suite struct SelectionOperatorTests {
    private func outputs(_ model: ONNXWriter, _ x: Tensor) throws -> [String: Tensor] {
        try run(model, ["x": x])
    }

    private func fault(_ model: ONNXWriter, _ shape: [Int]) -> NodeFault? {
        guard case .node(let fault) = refusal(model, ["x": randomTensor(shape, seed: 1)]) else { return nil }
        return fault
    }

    /// A node over `x` and constant indices, of int64 or int32.
    private func indexed(
        _ type: String, _ shape: [Int], _ indices: [Int64], narrow: Bool = false, opset: UInt64 = 13,
        _ attributes: [[UInt8]] = []
    ) -> ONNXWriter {
        var model = single(type, opset: opset, inputs: ["x", "indices"], attributes)
        if narrow {
            let raw = indices.flatMap { ONNXWriter.littleEndian(Int32($0)) }
            model.initializer(ONNXWriter.tensor("indices", .int32, shape, raw: raw))
        } else {
            model.initializer(ONNXWriter.tensor("indices", shape, int64s: indices))
        }
        return model
    }

    private let counted = Tensor(shape: [2, 3, 2], floats: (0..<12).map { Float($0) })

    @Test(arguments: [false, true]) func `tuples of indices name slices`(narrow: Bool) throws {
        for (shape, indices, expected, values) in [
            ([2, 1], [1, 0], [2, 3, 2], [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]),
            ([2, 2], [0, 2, -1, 0], [2, 2], [4, 5, 6, 7]),
            ([1, 2, 3], [0, 1, 1, 1, 2, -2], [1, 2], [3, 10]),
            ([0, 2], [], [0, 2], []),
        ] as [([Int], [Int64], [Int], [Float])] {
            let model = indexed("GatherND", shape, indices, narrow: narrow)
            let found = try #require(try outputs(model, counted)["y"])
            #expect(found.shape == expected && found.floats == values, "\(indices)")
        }
        let batches = indexed(
            "GatherND", [2, 2, 1], [2, 0, 1, 1], narrow: narrow, [ONNXAttribute.int("batch_dims", 1)])
        let found = try #require(try outputs(batches, counted)["y"])
        #expect(found.shape == [2, 2, 2] && found.floats == [4, 5, 0, 1, 8, 9, 8, 9])
    }

    /// As PyTorch exports `x[:, [2, 1, 0]]`.
    @Test func `channels are turned round by tuples`() throws {
        var model = ONNXWriter(opset: 18)
        model.input("x", nil)
        model.initializer(ONNXWriter.tensor("order", [3, 1], int64s: [2, 1, 0]))
        model.node("Transpose", ["x"], ["t"], name: "", [ONNXAttribute.ints("perm", [1, 0, 2, 3])])
        model.node("GatherND", ["t", "order"], ["g"])
        model.node("Transpose", ["g"], ["y"], name: "", [ONNXAttribute.ints("perm", [1, 0, 2, 3])])
        model.output("y")
        let x = randomTensor([2, 3, 4, 5], seed: 2)
        var expected: [Float] = []
        for image in 0..<2 {
            for channel in [2, 1, 0] {
                let first = (image * 3 + channel) * 20
                expected += x.floats[first..<first + 20]
            }
        }
        #expect(try outputs(model, x)["y"]?.floats == expected)
    }

    @Test func `tuples that name nothing are refused, before the run or in it`() {
        #expect(fault(indexed("GatherND", [1, 4], [0, 0, 0, 0]), [2, 3, 2])?.attribute == "indices")
        #expect(fault(indexed("GatherND", [], [0]), [2, 3, 2])?.attribute == "indices")
        #expect(fault(indexed("GatherND", [1, 0], []), [2, 3, 2])?.attribute == "indices")
        #expect(
            fault(indexed("GatherND", [1, 2], [0, 3]), [2, 3, 2])?.reason
                == "index 3 is outside an extent of 3")
        #expect(
            fault(indexed("GatherND", [1, 2], [-3, 0]), [2, 3, 2])?.reason
                == "index -3 is outside an extent of 2")
        for dimensions in [-1, 1, 2, .max] as [Int64] {
            let model = indexed(
                "GatherND", [1, 1], [0], [ONNXAttribute.int("batch_dims", dimensions)])
            #expect(fault(model, [2, 3])?.operatorType == "GatherND")
        }
        #expect(fault(indexed("GatherND", [1], [0], opset: 10), [2])?.reason.contains("opset 10") == true)
    }

    @Test(arguments: [false, true], [0, 1, -1]) func `each place of an axis has an index of its own`(
        narrow: Bool, axis: Int64
    ) throws {
        let (rows, columns) = (3, 4)
        let x = randomTensor([rows, columns, 5], seed: 4)
        let shape = axis == 0 ? [7, 2, 5] : axis == 1 ? [2, 9, 4] : [3, 4, 6]
        let at = axis < 0 ? 2 : Int(axis)
        var generator = SeededGenerator(seed: 5)
        let extent = Int64(x.shape[at])
        let indices = (0..<shape.reduce(1, *)).map { _ in
            Int64.random(in: -extent..<extent, using: &generator)
        }
        let expected = indices.enumerated().map { place, index in
            var at3 = [place / shape[2] / shape[1], place / shape[2] % shape[1], place % shape[2]]
            at3[at] = Int(index < 0 ? index + extent : index)
            return x.floats[(at3[0] * columns + at3[1]) * 5 + at3[2]]
        }
        let model = indexed(
            "GatherElements", shape, indices, narrow: narrow, [ONNXAttribute.int("axis", axis)])
        let found = try #require(try outputs(model, x)["y"])
        #expect(found.shape == shape && found.floats == expected)
    }

    @Test func `indices of elements that reach beyond are refused`() {
        #expect(fault(indexed("GatherElements", [1, 4], [0, 0, 0, 0]), [2, 3])?.attribute == "indices")
        #expect(fault(indexed("GatherElements", [2], [0, 0]), [2, 3])?.attribute == "indices")
        #expect(
            fault(indexed("GatherElements", [1, 2], [2, 0]), [2, 3])?.reason
                == "index 2 is outside an extent of 2")
        #expect(
            fault(indexed("GatherElements", [1, 1], [0], [ONNXAttribute.int("axis", 2)]), [2, 3])?.attribute
                == "axis")
    }

    private func scatter(
        _ indices: [Int], _ values: [Int64], _ updates: [Int], opset: UInt64 = 16, _ more: [[UInt8]] = []
    ) -> ONNXWriter {
        var model = single("ScatterND", opset: opset, inputs: ["x", "indices", "updates"], more)
        model.initializer(ONNXWriter.tensor("indices", indices, int64s: values))
        model.initializer("updates", updates, (0..<updates.reduce(1, *)).map { 100 + Float($0) })
        return model
    }

    @Test func `updates take the place of slices, the last of several`() throws {
        for (indices, values, updates, expected) in [
            ([2, 2], [0, 1, 1, -1], [2, 2], [0, 1, 100, 101, 4, 5, 6, 7, 8, 9, 102, 103]),
            ([2, 1, 3], [0, 0, 0, 0, 0, 0], [2, 1], [101, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
            ([1, 1], [1], [1, 3, 2], [0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105]),
            ([0, 2], [], [0, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ] as [([Int], [Int64], [Int], [Float])] {
            #expect(try outputs(scatter(indices, values, updates), counted)["y"]?.floats == expected)
        }
        let named = scatter([1, 1], [1], [1, 3, 2], [ONNXAttribute.string("reduction", "none")])
        #expect(try outputs(named, counted)["y"]?.shape == [2, 3, 2])
        #expect(
            fault(scatter([1, 1], [2], [1, 3, 2]), [2, 3, 2])?.reason == "index 2 is outside an extent of 2")
        #expect(fault(scatter([1, 1], [0], [1, 3]), [2, 3, 2])?.attribute == "updates")
        #expect(
            fault(
                scatter([1, 1], [0], [1, 3, 2], [ONNXAttribute.string("reduction", "add")]), [2, 3, 2])?
                .attribute == "reduction")
    }

    @Test(arguments: ["ArgMax", "ArgMin"], [0, 1, 2, -1]) func `the place of an extremum, first or last`(
        type: String, axis: Int64
    ) throws {
        let shape = [3, 7, 4]
        var generator = SeededGenerator(seed: 6)
        // Few values, so that there are several extrema.
        let x = Tensor(
            shape: shape, floats: (0..<84).map { _ in Float(Int.random(in: 0..<3, using: &generator)) })
        let at = axis < 0 ? 2 : Int(axis)
        let inner = shape[(at + 1)...].reduce(1, *)
        for (last, keeps) in [(false, true), (true, true), (false, false)] {
            var expected: [Int64] = []
            for line in 0..<84 / shape[at] {
                let first = line / inner * inner * shape[at] + line % inner
                let values = (0..<shape[at]).map { x.floats[first + $0 * inner] }
                let extremum = type == "ArgMax" ? values.max()! : values.min()!
                expected.append(
                    Int64(last ? values.lastIndex(of: extremum)! : values.firstIndex(of: extremum)!))
            }
            var model = ONNXWriter(opset: 13)
            model.input("x", nil)
            model.node(
                type, ["x"], ["y"], name: "n",
                [
                    ONNXAttribute.int("axis", axis), ONNXAttribute.int("keepdims", keeps ? 1 : 0),
                    ONNXAttribute.int("select_last_index", last ? 1 : 0),
                ])
            model.output("y", type: .int64)
            let found = try #require(try outputs(model, x)["y"])
            var kept = shape
            if keeps { kept[at] = 1 } else { kept.remove(at: at) }
            #expect(found.shape == kept && found.int64s == expected)
        }
    }

    @Test func `an extremum needs an element, and its last index an opset`() {
        #expect(fault(single("ArgMax"), [0, 2])?.reason == "axis 0 has no elements")
        #expect(
            fault(single("ArgMin", opset: 11, [ONNXAttribute.int("select_last_index", 0)]), [1])?.attribute
                == "select_last_index")
    }

    private func top(
        _ count: Int64, opset: UInt64 = 11, type: ONNXWriter.ElementKind = .float32,
        _ attributes: [[UInt8]] = []
    ) -> ONNXWriter {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil, type: type)
        if opset >= 10 { model.initializer("k", [count]) }
        model.node(
            "TopK", opset >= 10 ? ["x", "k"] : ["x"], ["y", "i"], name: "n",
            attributes + (opset >= 10 ? [] : [ONNXAttribute.int("k", count)]))
        model.output("y", type: type)
        model.output("i", type: .int64)
        return model
    }

    @Test(arguments: [9, 11] as [UInt64], ["y", "i"]) func `of the top one output may be all that is named`(
        opset: UInt64, output: String
    ) throws {
        var model = ONNXWriter(opset: opset)
        model.input("x", nil)
        if opset >= 10 { model.initializer("k", [2]) }
        model.node(
            "TopK", opset >= 10 ? ["x", "k"] : ["x"], output == "y" ? ["y"] : ["", "i"], name: "n",
            opset >= 10 ? [] : [ONNXAttribute.int("k", 2)])
        model.output(output, type: output == "y" ? .float32 : .int64)
        let found = try outputs(model, Tensor(shape: [1, 3], floats: [1, 3, 2]))[output]
        if output == "y" { #expect(found?.floats == [3, 2]) } else { #expect(found?.int64s == [1, 2]) }
    }

    @Test(arguments: [0, 1, 2], [true, false]) func `the top of each line is sorted, equal ones by place`(
        axis: Int, largest: Bool
    ) throws {
        let shape = [5, 70, 6]
        var generator = SeededGenerator(seed: 7)
        var values = (0..<2_100).map { _ in Float(Int.random(in: -9...9, using: &generator)) }
        for index in stride(from: 5, to: 2_100, by: 131) { values[index] = .nan }
        let inner = shape[(axis + 1)...].reduce(1, *)
        for count in [0, 1, 3, shape[axis]] {
            var expected = (
                values: [Float](repeating: 0, count: 2_100 / shape[axis] * count),
                places: [Int64](repeating: 0, count: 2_100 / shape[axis] * count)
            )
            for line in 0..<2_100 / shape[axis] {
                let (outer, within) = (line / inner, line % inner)
                func value(_ place: Int) -> Float { values[(outer * shape[axis] + place) * inner + within] }
                // NaN as what is above all others.
                func rank(_ place: Int) -> Float {
                    let x = value(place).isNaN ? Float.infinity : value(place)
                    return largest ? -x : x
                }
                let sorted = (0..<shape[axis]).sorted { (rank($0), $0) < (rank($1), $1) }
                for (place, index) in sorted.prefix(count).enumerated() {
                    expected.values[(outer * count + place) * inner + within] = value(index)
                    expected.places[(outer * count + place) * inner + within] = Int64(index)
                }
            }
            let model = top(
                Int64(count),
                [ONNXAttribute.int("axis", Int64(axis)), ONNXAttribute.int("largest", largest ? 1 : 0)])
            for threads in [1, 3] {
                var options = Session.Options()
                options.threads = threads
                let found = try run(model, ["x": Tensor(shape: shape, floats: values)], options: options)
                #expect(found["i"]?.int64s == expected.places)
                #expect(found["y"]?.floats.map(\.bitPattern) == expected.values.map(\.bitPattern))
            }
        }
    }

    @Test func `the top is there for integers and in older opsets, and no larger than the axis`() throws {
        let numbers = Tensor(shape: [4], int64s: [.min, 7, .max, 7])
        let found = try outputs(top(3, type: .int64), numbers)
        #expect(found["y"]?.int64s == [.max, 7, 7] && found["i"]?.int64s == [2, 1, 3])
        let least = try outputs(top(2, type: .int64, [ONNXAttribute.int("largest", 0)]), numbers)
        #expect(least["y"]?.int64s == [.min, 7] && least["i"]?.int64s == [0, 1])
        for opset in [UInt64(9), 10, 11] {
            let floats = try outputs(top(2, opset: opset), Tensor(shape: [1, 3], floats: [1, 3, 2]))
            #expect(floats["y"]?.floats == [3, 2] && floats["i"]?.shape == [1, 2])
        }
        for count in [-1, 4, .max] as [Int64] { #expect(fault(top(count), [3])?.attribute == "K") }
    }
}
