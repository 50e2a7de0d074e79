/// A model file, mapped and decoded, with the data files beside it.
package struct ModelFile: Sendable {
    package let path: String
    package let bytes: ModelBytes
    package let model: Model

    /// Opens, maps and decodes the file at `path`. Errors name the path or the offset.
    package init(path: String, limits: DecodeLimits = .init()) throws(ONNXError) {
        self.path = path
        bytes = try ModelBytes(mapping: path)
        model = try Model(bytes, path: path, limits: limits)
    }
}
