import Foundation
import ONNX
import TestKit
import Testing

/// Tensors whose elements lie in files beside the model, and every way in which they may not.
@Suite struct ExternalDataTests {
    private let folder = TemporaryFolder()
    private let numbers: [Float] = [1.5, -2, 3, 4]

    private var data: [UInt8] { numbers.flatMap { ONNXWriter.littleEndian($0.bitPattern) } }

    /// The first initializer of a model that lies in `models/m.onnx`.
    private func decoded(_ tensor: [UInt8]) throws -> TensorValue {
        var writer = ONNXWriter()
        writer.initializer(tensor)
        let path = try folder.write(writer.bytes, to: "models/m.onnx")
        return try #require(try ModelFile(path: path).model.graph.initializers.first)
    }

    private func tensor(_ entries: [(String, String)], _ kind: ONNXWriter.ElementKind = .float32) -> [UInt8] {
        ONNXWriter.external("w", kind, [2], entries)
    }

    private func elements(_ value: TensorValue) -> [Float] {
        guard case .raw = value.payload else {
            Issue.record("\(value.payload)")
            return []
        }
        var bytes = [UInt8](repeating: 0, count: value.byteCount)
        bytes.withUnsafeMutableBytes { value.copyElements(to: $0) }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    /// Why the elements cannot be had.
    private func reason(_ tensor: [UInt8]) throws -> String {
        guard case .unreadable(let reason) = try decoded(tensor).payload else { return "it was read" }
        return reason
    }

    @Test func `elements are read from where location and offset say`() throws {
        try folder.write(data, to: "models/m.bin")
        #expect(elements(try decoded(tensor([("location", "m.bin")]))) == [1.5, -2])
        let second = [("location", "m.bin"), ("offset", "8"), ("length", "8"), ("checksum", "0")]
        #expect(elements(try decoded(tensor(second))) == [3, 4])
        // Elements need not be aligned.
        try folder.write([0] + data, to: "models/odd.bin")
        #expect(elements(try decoded(tensor([("location", "odd.bin"), ("offset", "1")]))) == [1.5, -2])
    }

    @Test func `a file in a folder below the model's is found`() throws {
        try folder.write(data, to: "models/weights/m.bin")
        #expect(elements(try decoded(tensor([("location", "./weights/m.bin")]))) == [1.5, -2])
    }

    @Test func `files are listed in the order of their first use, each once`() throws {
        try folder.write(data, to: "models/b.bin")
        try folder.write(data, to: "models/a.bin")
        var writer = ONNXWriter()
        for (index, location) in ["b.bin", "a.bin", "./b.bin"].enumerated() {
            writer.external("w\(index)", [2], at: location)
        }
        let path = try folder.write(writer.bytes, to: "models/m.onnx")
        let files = try ModelFile(path: path).model.externalFiles
        #expect(files.map(\.location) == ["b.bin", "a.bin"])
        #expect(files.map(\.bytes.count) == [16, 16])
    }

    @Test func `a data location of the model itself leaves other entries alone`() throws {
        let inline = ONNXWriter.tensor("w", [2], [7, 8])
        let left = inline + Protobuf.bytes(13, Protobuf.text(1, "location") + Protobuf.text(2, "gone"))
        #expect(elements(try decoded(left)) == [7, 8])
    }

    @Test func `a model in memory has no folder`() throws {
        var writer = ONNXWriter()
        writer.external("w", [2], at: "m.bin")
        let value = try #require(try Model(ModelBytes(writer.bytes)).graph.initializers.first)
        guard case .unreadable(let reason) = value.payload else {
            Issue.record("\(value.payload)")
            return
        }
        #expect(
            reason
                == "its data is in the file \"m.bin\", and a model from memory has no folder to find it in")
    }

    @Test(arguments: ["/etc/passwd", "../m.bin", "a/../../m.bin", "..", ".", "./", "a/..", "../\u{301}m.bin"])
    func `a location that leaves the folder by its text is refused`(location: String) throws {
        try folder.write(data, to: "m.bin")
        let reason = try reason(tensor([("location", location)]))
        #expect(reason.contains("\"\(location)\"") && reason.contains("model's folder"), "\(reason)")
    }

    @Test func `a link out of the folder is refused, one within it is followed`() throws {
        try folder.write(data, to: "outside.bin")
        try folder.write(data, to: "models/inside.bin")
        try folder.write(data, to: "models-of-others/m.bin")
        for (link, target) in [
            ("out", "../outside.bin"), ("in", "inside.bin"), ("up", ".."), ("near", "../models-of-others"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("models/" + link), withDestinationPath: target)
        }
        #expect(elements(try decoded(tensor([("location", "in")]))) == [1.5, -2])
        for location in ["out", "up/outside.bin", "near/m.bin"] {
            #expect(
                try reason(tensor([("location", location)]))
                    == "its data file \"\(location)\" is a link out of the model's folder")
        }
        // The folder itself may be one.
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("alias"), withDestinationPath: "models")
        #expect(
            try ModelFile(path: folder.file("alias/m.onnx")).model.graph.initializers.first?.name == "w")
    }

    @Test func `a file that is not there, not one, or empty is named`() throws {
        _ = try decoded(ONNXWriter.tensor("w", [1], [1]))
        #expect(
            try reason(tensor([("location", "m.bin")]))
                == "its data file \"m.bin\" cannot be opened: No such file or directory")
        try folder.write([], to: "models/empty.bin")
        #expect(
            try reason(tensor([("location", "empty.bin")])) == "its data file \"empty.bin\" is an empty file")
        try folder.write([], to: "models/folder/x")
        #expect(
            try reason(tensor([("location", "folder")]))
                == "its data file \"folder\" is not a regular file")
        #expect(mkfifo(folder.file("models/pipe"), 0o600) == 0)
        #expect(
            try reason(tensor([("location", "pipe")])) == "its data file \"pipe\" is not a regular file")
        #expect(
            try reason(tensor([("location", "m.onnx")])) == "its data file \"m.onnx\" is the model itself")
    }

    @Test func `bytes beyond the file are refused, whatever the offset`() throws {
        try folder.write(data, to: "models/m.bin")
        #expect(
            try reason(tensor([("location", "m.bin"), ("offset", "12")]))
                == "its data file \"m.bin\" has 16 bytes, the tensor's are 12 to 20")
        let offset = "\(Int.max - 7)"
        #expect(
            try reason(tensor([("location", "m.bin"), ("offset", offset)]))
                == "external_data has an offset of \(offset), which is too large")
    }

    @Test(arguments: ["-1", "+8", "0x8", "", "9223372036854775808", "8 ", "eight"])
    func `an offset or a length that is no number is refused`(text: String) throws {
        try folder.write(data, to: "models/m.bin")
        for key in ["offset", "length"] {
            #expect(
                try reason(tensor([("location", "m.bin"), (key, text)]))
                    == "external_data has the \(key) \"\(text)\", which is no number of bytes")
        }
    }

    @Test func `a length that is not the tensor's is refused`() throws {
        try folder.write(data, to: "models/m.bin")
        #expect(
            try reason(tensor([("location", "m.bin"), ("length", "4")]))
                == "external_data has a length of 4 bytes where its shape and type take 8")
    }

    @Test func `entries that contradict or are missing are refused`() throws {
        try folder.write(data, to: "models/m.bin")
        #expect(
            try reason(tensor([("offset", "0")]))
                == "its data is in another file, but external_data does not say which")
        #expect(
            try reason(tensor([("location", "m.bin"), ("location", "n.bin")]))
                == "external_data says \"location\" twice")
        #expect(try reason(tensor([("location", "")])) == "external_data has an empty location")
        #expect(
            try reason(tensor([("location", "m\0n")])) == "external_data has a location that is no path")
        #expect(
            try reason(tensor([("location", "m.bin")]) + Protobuf.bytes(9, Array(data.prefix(8))))
                == "its data is in another file and in the model")
        #expect(
            try reason(ONNXWriter.header("w", .float32, [2]) + Protobuf.varint(14, 7))
                == "its data is in a place of number 7, which is not known")
        #expect(
            try reason(tensor([("location", "m.bin")], .string))
                == "element type string is not supported")
    }

    @Test func `more entries than anybody writes are refused`() throws {
        let entries = (0..<65).map { ("key\($0)", "") }
        let error = #expect(throws: ONNXError.self) { try decoded(tensor(entries)) }
        #expect(error?.field == "TensorProto.external_data")
    }

    @Test func `tensors that share their bytes are read a few times and no more`() throws {
        try folder.write(data, to: "models/m.bin")
        var writer = ONNXWriter()
        for index in 0..<5 { writer.external("w\(index)", [4], at: "m.bin") }
        let path = try folder.write(writer.bytes, to: "models/m.onnx")
        let values = try ModelFile(path: path).model.graph.initializers
        let readable = values.map { if case .raw = $0.payload { true } else { false } }
        #expect(readable == [true, true, true, true, false])
    }

    @Test func `a model has a bounded number of data files`() throws {
        try folder.write(data, to: "models/a")
        try folder.write(data, to: "models/b")
        var writer = ONNXWriter()
        writer.external("a", [2], at: "a")
        writer.external("b", [2], at: "b")
        let path = try folder.write(writer.bytes, to: "models/m.onnx")
        var limits = DecodeLimits()
        limits.maximumExternalFiles = 1
        let value = try #require(try ModelFile(path: path, limits: limits).model.graph.initializers.last)
        guard case .unreadable("the model has over 1 data files") = value.payload else {
            Issue.record("\(value.payload)")
            return
        }
    }

    @Test func `an attribute's tensor may be in another file too`() throws {
        try folder.write(data, to: "models/m.bin")
        var writer = ONNXWriter()
        writer.node(
            "Constant", [], ["c"], [ONNXAttribute.tensor("value", tensor([("location", "m.bin")]))])
        let path = try folder.write(writer.bytes, to: "models/m.onnx")
        let node = try #require(try ModelFile(path: path).model.graph.nodes.first)
        guard case .tensor(let value)? = node.attributes.first?.value else {
            Issue.record("\(node.attributes)")
            return
        }
        #expect(elements(value) == [1.5, -2])
    }

    @Test func `damaged references never trap`() throws {
        try folder.write(data, to: "models/m.bin")
        var writer = ONNXWriter()
        writer.external("w", [2], at: "m.bin", offset: 8)
        writer.external("v", [2], at: "m.bin")
        var mutator = Mutator(seed: FuzzBudget.seed(31))
        var read = 0
        for _ in 0..<FuzzBudget.iterations(2_000) {
            let path = try folder.write(mutator.mutate(writer.bytes), to: "models/m.onnx")
            guard let file = try? ModelFile(path: path) else { continue }
            for value in file.model.graph.initializers {
                guard case .raw = value.payload, value.dataType.byteCount != nil else { continue }
                var bytes = [UInt8](repeating: 0, count: value.byteCount)
                bytes.withUnsafeMutableBytes { value.copyElements(to: $0) }
                read += 1
            }
        }
        #expect(read > 0)
    }
}
