import Glibc

/// The parts of a path, and where its links lead.
package enum FilePath {
    /// As many links as the system follows.
    private static let mostLinks = 40

    /// The folder that the path's last name is in.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    package static func last(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Where a path leads to by the links that its last name is, be anything there or not; nil where they
    /// lead nowhere.
    package static func followed(_ path: String) -> String? {
        var place = path
        for _ in 0..<mostLinks {
            var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = bytes.withUnsafeMutableBytes {
                readlink(place, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
            }
            guard count >= 0 else { return place }
            guard let link = String(validating: bytes[..<count], as: UTF8.self) else { return nil }
            place = link.hasPrefix("/") ? link : folder(of: place) + "/" + link
        }
        return nil
    }
}
