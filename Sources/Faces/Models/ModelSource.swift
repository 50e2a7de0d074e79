/// Where a network and its manifest come from.
package enum ModelSource: Sendable {
    /// An ONNX file; its manifest is the one beside it, else that of the table of known files, else a
    /// convention's.
    case file(String)
    case builtIn(BuiltInModel)
    /// A file's bytes with their manifest; `name` stands for the path in errors.
    case memory([UInt8], manifest: ModelManifest, name: String)
}
