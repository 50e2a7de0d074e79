import Foundation
import Inference
import Kernels
import TestKit
import Testing

/// Graphs converted to float16: a session computes them in float32.
struct HalfPrecisionTests {
    private static func halves(_ values: [Float16]) -> [UInt8] {
        values.flatMap { ONNXWriter.littleEndian($0.bitPattern) }
    }

    /// float16 in, a product, float16 out: as converters write it without float32 at the ends.
    private func network(castTo kind: Int64? = nil) -> ONNXWriter {
        var model = ONNXWriter()
        model.input("x", [nil, 3], type: .float16)
        model.initializer(ONNXWriter.tensor("w", .float16, [3], raw: Self.halves([2, 0.5, 1 / 3])))
        model.node("Mul", ["x", "w"], ["p"])
        if let kind {
            model.node("Cast", ["p"], ["y"], [ONNXAttribute.int("to", kind)])
        } else {
            model.node("Identity", ["p"], ["y"])
        }
        model.output("y", type: kind == 1 ? .float32 : .float16)
        return model
    }

    @Test func `what a file declares as half precision is taken and given as float32`() throws {
        let session = try Session(model: network().bytes, name: "half")
        #expect(session.inputs[0].elementType == .float32 && session.inputs[0].fileType == .float16)
        let answer = try session.run(Tensor(shape: [1, 3], floats: [1, 2, 3]))[0]
        #expect(answer.floats == [2, 1, 3 * Float(Float16(1) / 3)])
    }

    @Test func `a cast to half precision rounds as half precision does`() throws {
        let values: [Float] = [1 + 0x1p-11, 65_520, 1e-8]
        for (kind, isRounded) in [(Int64(10), true), (1, false)] {
            var model = ONNXWriter()
            model.input("x", [3])
            model.node("Cast", ["x"], ["y"], [ONNXAttribute.int("to", kind)])
            model.output("y", type: isRounded ? .float16 : .float32)
            let session = try Session(model: model.bytes, name: "cast")
            let answer = try session.run(Tensor(shape: [3], floats: values))[0]
            #expect(answer.floats == (isRounded ? [1, .infinity, 0] : values))
        }
    }

    @Test func `a cast rounds the numbers of every type, however many there are`() throws {
        let count = 5_000
        for type in ElementType.allCases {
            let wide = Tensor(shape: [count], floats: (0..<count).map { Float($0 - 2_500) / 7 })
            let given = wide.cast(to: type)
            let pool = WorkerPool(threads: 2)
            var rounded = [Float](repeating: .nan, count: count)
            given.withBytes { bytes in
                Cast.roundToHalf(
                    input: bytes.baseAddress!, from: type, output: &rounded, count: count, pool: pool)
            }
            #expect(rounded == given.cast(to: .float16).cast(to: .float32).floats, "\(type)")
        }
    }

    @Test func `files of raw elements are in the type that the model declares`() throws {
        let folder = TemporaryFolder()
        let input = URL(fileURLWithPath: folder.file("x"))
        try Data(Self.halves([1, 2, 3])).write(to: input)
        for (kind, file) in [(Int64?.none, "y.f16"), (1, "y.f32")] {
            let runner = RawRunner(try Session(model: network(castTo: kind).bytes, name: "half"))
            try runner.run(files: ["x": input.path], shapes: ["x": [1, 3]], directory: folder.file("out"))
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("out/" + file))))
            let third = 3 * Float(Float16(1) / 3)
            #expect(
                bytes
                    == (kind == nil
                        ? Self.halves([2, 1, Float16(third)])
                        : [Float(2), 1, third].flatMap { ONNXWriter.littleEndian($0.bitPattern) }))
        }
        try Data(count: 12).write(to: input)
        let runner = RawRunner(try Session(model: network().bytes, name: "half"))
        #expect(
            throws: InferenceError.input(
                name: "x", reason: "\(input.path) holds 12 bytes, float16 of shape [1, 3] takes 6")
        ) {
            try runner.run(files: ["x": input.path], shapes: ["x": [1, 3]], directory: folder.file("out"))
        }
    }
}
