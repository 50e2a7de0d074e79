import Foundation

/// Writing to the process's own streams. `FileHandle.write(_:)` traps on a full disk and on a closed stream.
package enum StandardStream {
    /// Writes all of `text` to a descriptor; answers why it can't, nil when it could.
    package static func write(_ text: String, to file: Int32) -> String? {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return String(cString: strerror(errno))
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}
