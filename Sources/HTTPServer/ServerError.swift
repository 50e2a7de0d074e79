import Glibc

/// Why the server could not start.
package enum ServerError: Error, Hashable, Sendable {
    /// The host is no address and no name that resolves.
    case unknownHost(String)
    /// A system call failed; `address` is what it was for.
    case system(call: String, errno: Int32, address: String)
    /// `start` was called twice.
    case alreadyStarted
    /// `drain` was called before `start`, or before its end.
    case stopped
}

extension ServerError: CustomStringConvertible {
    /// A sentence for whoever started the server.
    package var description: String {
        switch self {
        case .unknownHost(let host): "'\(host)' is no address of this machine and no name that resolves"
        case .system(let call, let code, let address):
            "can't listen on \(address): \(String(cString: strerror(code))) (\(call))"
        case .alreadyStarted: "the server was started before"
        case .stopped: "the server was stopped before it had started"
        }
    }
}
