import Foundation

/// The process's limit of open files, of which every connection is one. Many systems begin with 1,024 and
/// allow far more to who asks.
package enum OpenFiles {
    /// Databases, staging files of imports, listeners and what the runtime has open.
    private static let ofTheRest = 512
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    package static func needed(connections: Int) -> Int { connections + ofTheRest }

    /// The limit that is in force now.
    package static var limit: Int { current.map { Int(clamping: $0.rlim_cur) } ?? 0 }

    /// The most that the limit may be raised to.
    package static var most: Int { current.map { Int(clamping: $0.rlim_max) } ?? 0 }

    /// Raises the limit to `count`, or as near to it as the system lets this process; never lowers it. With
    /// fewer, accepting pauses while there are none.
    package static func allow(_ count: Int) {
        guard var limit = current, limit.rlim_cur < rlim_t(count) else { return }
        limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
        _ = setrlimit(resource, &limit)
    }

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }
}
