import Glibc

/// Reading and writing whole amounts through a descriptor: what the system takes or gives in pieces is put
/// together, and calls that a signal interrupts are made again.
package enum Descriptor {
    /// Writes all of `bytes`, from `offset` on or where the descriptor stands.
    ///
    /// - Returns: `errno` where it went wrong.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int? = nil) -> Int32? {
        bytes.withUnsafeBytes { write($0, to: descriptor, at: offset) }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int?
    ) -> Int32? {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count =
                if let offset {
                    pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                } else {
                    Glibc.write(descriptor, rest.baseAddress, rest.count)
                }
            if count == 0 { return EIO }
            if count > 0 { done += count } else if errno != EINTR { return errno }
        }
        return nil
    }

    /// Fills as much of `buffer` as there is to read where the descriptor stands.
    ///
    /// - Returns: how much that is, less than all only at the end, or -1 with `errno` set.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = read(descriptor, rest.baseAddress, rest.count)
            if count == 0 { return done }
            if count > 0 { done += count } else if errno != EINTR { return -1 }
        }
        return done
    }
}
