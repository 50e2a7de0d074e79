import Glibc

/// Files that are read or written at once.
package enum WholeFile {
    /// The bytes of a file; a pipe or a file of `/proc`, which have no size to ask for, will do as well.
    ///
    /// - Parameter limit: no more is read than a byte over it.
    package static func read(_ path: String, limit: Int = .max - 1) throws(FileError) -> [UInt8] {
        try OpenFile(path).readRest(limit: limit)
    }

    /// Makes a file, or empties the one that is there; a link in its place is not followed. On the disk when
    /// this returns, but for its name (`Folder.sync`).
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o644)
        try file.write(bytes)
        try file.sync()
    }
}
