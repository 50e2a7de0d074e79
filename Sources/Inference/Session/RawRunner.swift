internal import Foundation
package import Kernels

/// Runs a model on files of raw little-endian elements, and writes its outputs the same way.
///
/// Each output goes to `<name>.<type>` (`f32`, `i64`, `i32`, `u8`, `bool`, and `f64`, `f16`, `i8` where a
/// model has them), `/` in the name replaced by `_`; `shapes.json` holds `{"<name>":[dims]}`.
package struct RawRunner: Sendable {
    private let session: Session

    package init(_ session: Session) { self.session = session }

    /// Reads the inputs, runs, and writes the outputs to `directory`, which is made when it is not there.
    ///
    /// - Parameters:
    ///   - files: path of the elements of each input, by its name.
    ///   - shapes: shape of each input; may be left out where the model fixes all dimensions.
    package func run(
        files: [String: String], shapes: [String: [Int]], directory: String
    ) throws(InferenceError) {
        if let name = shapes.keys.sorted().first(where: { files[$0] == nil }) {
            throw .input(name: name, reason: "has a shape but no file")
        }
        var inputs: [String: Tensor] = [:]
        for (name, path) in files { inputs[name] = try tensor(name, path: path, shape: shapes[name]) }
        try write(try session.run(inputs), to: directory)
    }

    /// A shape written as `1x3x112x112`, or `scalar`; nil for other text.
    package static func shape(_ text: String) -> [Int]? {
        if text == "scalar" { return [] }
        let extents = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard !extents.contains(where: { $0 == nil || $0! < 0 }) else { return nil }
        return extents.compactMap { $0 }
    }

    private func tensor(_ name: String, path: String, shape: [Int]?) throws(InferenceError) -> Tensor {
        guard let input = session.inputs.first(where: { $0.name == name }) else {
            throw .input(name: name, reason: "the model has no such input")
        }
        guard let shape = shape ?? input.fixedShape else {
            throw .input(name: name, reason: "needs a shape, the model leaves it open")
        }
        guard let expected = Tensor.byteCount(shape: shape, elementType: input.fileType) else {
            throw .input(name: name, reason: "\(shape) is not a shape")
        }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
        }
        guard data.count == expected else {
            throw .input(
                name: name,
                reason:
                    "\(path) holds \(data.count) bytes, \(input.fileType) of shape \(shape) takes \(expected)"
            )
        }
        return Tensor(shape: shape, elementType: input.fileType, bytes: [UInt8](data))
            .cast(to: input.elementType)
    }

    private func write(_ outputs: [String: Tensor], to directory: String) throws(InferenceError) {
        var files: [String: Data] = [:]
        let types = Dictionary(session.outputs.map { ($0.name, $0.fileType) }, uniquingKeysWith: { $1 })
        for (name, output) in outputs {
            // A declaration that is wrong is no reason to lose digits.
            let tensor =
                types[name] == .float16 && output.elementType == .float32 ? output.cast(to: .float16) : output
            let file = name.replacingOccurrences(of: "/", with: "_") + "." + tensor.elementType.fileSuffix
            guard files[file] == nil else {
                throw .file(path: file, reason: "two outputs would go to this file")
            }
            files[file] = tensor.withBytes { Data($0) }
        }
        let path = directory + "/"
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            // A process can end at any time: every file is written beside and renamed, and the shapes, which
            // go first and come last, are there only with all the outputs that they tell of.
            let shapes = URL(fileURLWithPath: path + "shapes.json")
            if FileManager.default.fileExists(atPath: shapes.path) {
                try FileManager.default.removeItem(at: shapes)
            }
            for (file, data) in files {
                try data.write(to: URL(fileURLWithPath: path + file), options: .atomic)
            }
            try JSONSerialization.data(withJSONObject: outputs.mapValues(\.shape), options: [.sortedKeys])
                .write(to: shapes, options: .atomic)
        } catch {
            throw .file(path: directory, reason: "cannot be written: \(error.localizedDescription)")
        }
    }
}

extension ElementType {
    /// The end of the name of a file of raw elements.
    package var fileSuffix: String {
        switch self {
        case .float32: "f32"
        case .float64: "f64"
        case .float16: "f16"
        case .int64: "i64"
        case .int32: "i32"
        case .int8: "i8"
        case .uint8: "u8"
        case .bool: "bool"
        }
    }
}

extension ValueDescription {
    /// The declared shape, where all dimensions are fixed.
    package var fixedShape: [Int]? {
        guard let dimensions else { return nil }
        var shape: [Int] = []
        for dimension in dimensions {
            guard case .fixed(let size) = dimension else { return nil }
            shape.append(size)
        }
        return shape
    }
}
