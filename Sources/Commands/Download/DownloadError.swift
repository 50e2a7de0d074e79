/// Why a download failed. Hosts are named, addresses are not: they may carry a password or a token.
enum DownloadError: Error, Equatable, CustomStringConvertible {
    /// Neither https nor, on this machine, http.
    case addressRefused(String)
    /// A server sends the client on to an address that is not followed.
    case redirectRefused(host: String, to: String)
    case status(host: String, code: Int)
    /// No connection, or one that broke; what arrived is kept.
    case connection(host: String, reason: String, received: Int)
    case tooLarge(host: String, limit: Int)
    /// The server ended before the whole file was there.
    case incomplete(host: String, received: Int, expected: Int)
    /// The server answered with another part of the file than was asked for.
    case wrongPart(host: String)
    case wrongSum(host: String, expected: String, found: String)

    var description: String {
        switch self {
        case .addressRefused(let reason): reason
        case .redirectRefused(let host, let target):
            "\(host) sends on to \(target), which is not followed: only https is, at most ten times"
        case .status(let host, let code): "\(host) answered with status \(code)"
        case .connection(let host, let reason, let received):
            "\(host): \(reason)"
                + (received > 0 ? "; \(received) bytes are kept, the same command goes on from there" : "")
        case .tooLarge(let host, let limit):
            "\(host) sends more than the \(limit) bytes that were expected; nothing was kept"
        case .incomplete(let host, let received, let expected):
            "\(host) ended after \(received) of \(expected) bytes; the same command goes on from there"
        case .wrongPart(let host): "\(host) answered with another part of the file than was asked for"
        case .wrongSum(let host, let expected, let found):
            "what \(host) sent has SHA-256 \(found), expected is \(expected); nothing was kept"
        }
    }
}
