/// Why the server could not start.
package enum ServerError: Error, Hashable, Sendable {
    /// The host is no address and no name that resolves.
    case unknownHost(String)
    /// A system call failed; `address` is what it was for.
    case system(call: String, errno: Int32, address: String)
    /// `start` was called twice, or after `drain`.
    case alreadyStarted
}
