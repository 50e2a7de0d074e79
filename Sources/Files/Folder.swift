import Glibc

/// What is done with folders as such.
package enum Folder {
    /// The names in it, in no order, `.` and `..` among them; none where it can't be read.
    package static func names(in folder: String) -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            // The record ends with the name: to read the whole array of the header would be to read past its
            // end.
            let name = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
            names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
        }
        return names
    }

    /// Brings the names in it to the disk: only then a file that was made or renamed there survives a power
    /// cut.
    package static func sync(_ folder: String) throws(FileError) {
        try OpenFile(folder, O_RDONLY | O_DIRECTORY).sync()
    }

    /// Makes a folder and those above it, as far as they are missing, for their owner alone: what we keep is
    /// personal data.
    ///
    /// - Parameter isSynced: whether their names are on the disk when this returns.
    package static func make(_ path: String, isSynced: Bool = false) throws(FileError) {
        if mkdir(path, 0o700) != 0 {
            let number = errno
            if let status = try? FileStatus(path) {
                guard status.isFolder else { throw FileError(path: path, number: ENOTDIR) }
                return
            }
            let parent = FilePath.folder(of: path)
            guard number == ENOENT, parent != path else { throw FileError(path: path, number: number) }
            try make(parent, isSynced: isSynced)
            // Somebody else may have made it meanwhile.
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw FileError(path: path, number: errno)
            }
        }
        if isSynced { try sync(FilePath.folder(of: path)) }
    }
}
