import Foundation

extension ONNXWriter {
    /// A tensor whose elements are in another file: the entries of `external_data` as they are given.
    package static func external(
        _ name: String, _ kind: ElementKind, _ shape: [Int], _ entries: [(String, String)]
    ) -> [UInt8] {
        header(name, kind, shape)
            + entries.flatMap { Protobuf.bytes(13, Protobuf.text(1, $0.0) + Protobuf.text(2, $0.1)) }
            + Protobuf.varint(14, 1)
    }

    /// Adds a float32 initializer at an offset of the file `location`.
    package mutating func external(_ name: String, _ shape: [Int], at location: String, offset: Int = 0) {
        initializer(
            ONNXWriter.external(
                name, .float32, shape,
                [
                    ("location", location), ("offset", "\(offset)"),
                    ("length", "\(4 * shape.reduce(1, *))"),
                ]))
    }
}

extension TemporaryFolder {
    /// Writes a file, making the folders it is in, and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }
}
