/// A path with named holes, `/galleries/{gallery}/faces/{face_id}`.
package struct PathPattern: Sendable, Equatable {
    /// A part between two slashes.
    enum Segment: Sendable, Equatable {
        case literal(String)
        case hole(String)
    }

    /// As it is written, and as the log and the metrics name it.
    package let text: String
    let segments: [Segment]

    package init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
            part.hasPrefix("{") ? .hole(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    /// The names of the holes, in order.
    package var holes: [String] {
        segments.compactMap { if case .hole(let name) = $0 { name } else { nil } }
    }

    /// What stands in the holes, or nil where the decoded segments of a path do not fit. One slash at the end
    /// is as good as none, but not behind a hole, which is never empty: clients make `/galleries/g/` of
    /// `/galleries/g/identities/..`, and to delete an identity of that name must not delete the gallery.
    func match(_ path: [String]) -> [String: String]? {
        let endsInLiteral = if case .literal? = segments.last { true } else { false }
        let path =
            endsInLiteral && path.count == segments.count + 1 && path.last == ""
            ? path.dropLast() : path[...]
        guard path.count == segments.count else { return nil }
        var found: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let literal): if literal != text { return nil }
            case .hole(let name):
                if text.isEmpty { return nil }
                found[name] = text
            }
        }
        return found
    }
}
