import Glibc

/// What a call of the system's failed at, and on which file.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// The system's number, as `ENOENT`.
    package let number: Int32

    package init(path: String, number: Int32) { (self.path, self.number) = (path, number) }

    /// Whether nothing is there.
    package var isAbsence: Bool { [ENOENT, ENOTDIR].contains(number) }

    /// The system's words.
    package var reason: String { systemReason(number) }

    package var description: String { "\(path): \(reason)" }
}

/// The system's words for an error of its.
package func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }
