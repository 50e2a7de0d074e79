import Files

/// Writing to the process's own streams and other descriptors. `FileHandle.write(_:)` traps on a full disk
/// and on a closed stream.
package enum StandardStream {
    /// Writes all of `text` to a descriptor; answers why it can't, nil when it could.
    package static func write(_ text: String, to file: Int32) -> String? {
        write(Array(text.utf8), to: file)
    }

    /// Writes all of `bytes` to a descriptor; answers why it can't, nil when it could.
    static func write(_ bytes: [UInt8], to file: Int32) -> String? {
        Descriptor.write(bytes, to: file).map(systemReason)
    }
}
