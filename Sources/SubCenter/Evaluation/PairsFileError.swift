/// A pairs file that cannot be used, with file and line (from 1).
package enum PairsFileError: Error, Equatable, Sendable {
    case unreadable(file: String, reason: String)
    case malformed(file: String, line: Int, reason: String)
}

extension PairsFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .malformed(let file, let line, let reason): "\(file):\(line): \(reason)"
        }
    }
}
