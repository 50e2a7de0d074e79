import CPosix
import Glibc

/// Every system call of the server, each with its EINTR loop and its errno read at once.
enum SystemCalls {
    /// What reading or writing came to.
    enum Transfer {
        case bytes(Int)
        /// Nothing now; the source will say when.
        case wouldBlock
        case failed(errno: Int32)
    }

    /// What accepting came to.
    enum Accepted {
        case socket(Int32, SocketAddress)
        /// Nobody waits.
        case none
        /// A connection that died in the queue, or a passing network error: try the next.
        case skipped
        /// The process or the system is out of descriptors or memory: pause.
        case exhausted
        case failed(errno: Int32)
    }

    static func listener(on address: SocketAddress, dualStack: Bool, backlog: Int) throws(ServerError)
        -> Int32
    {
        let isV6 = if case .v6 = address.ip { true } else { false }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let file = socket(isV6 ? AF_INET6 : AF_INET, type, 0)
        guard file >= 0 else { throw failure("socket", address) }
        do throws(ServerError) {
            // A restarted server need not wait for its old connections to time out.
            try set(file, SOL_SOCKET, SO_REUSEADDR, 1, address)
            if isV6 { try set(file, Int32(IPPROTO_IPV6), IPV6_V6ONLY, dualStack ? 0 : 1, address) }
            let bound = address.withSockaddr { pointer, length in bind(file, pointer, length) }
            guard bound == 0 else { throw failure("bind", address) }
            guard listen(file, Int32(clamping: backlog)) == 0 else { throw failure("listen", address) }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    /// The address that `file` is bound to.
    static func localAddress(_ file: Int32) throws(ServerError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(file, $0, &length) }
        }
        guard result == 0, let address = SocketAddress(storage) else {
            throw ServerError.system(call: "getsockname", errno: errno, address: "listener")
        }
        return address
    }

    static func accept(_ listener: Int32) -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        while true {
            let file = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    cposix_accept(listener, $0, &length)
                }
            }
            if file >= 0 {
                guard let peer = SocketAddress(storage) else {
                    close(file)
                    return .skipped
                }
                return .socket(file, peer)
            }
            let code = errno
            switch code {
            case EINTR: continue
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            case EBADF, EINVAL, ENOTSOCK, EFAULT, EOPNOTSUPP: return .failed(errno: code)
            // accept(2): errors of the new connection's network count as its own.
            default: return .skipped
            }
        }
    }

    /// Small answers leave at once instead of waiting for an acknowledgement. Failure costs latency only.
    static func disableDelay(_ file: Int32) {
        var on: Int32 = 1
        _ = setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    static func receive(_ file: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        transfer { recv(file, buffer.baseAddress, buffer.count, 0) }
    }

    /// Never raises SIGPIPE.
    static func send(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        transfer { Glibc.send(file, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Ends our side; the peer reads an end of stream. A peer that is gone already needs none.
    static func shutdownWrite(_ file: Int32) { _ = shutdown(file, Int32(SHUT_WR)) }

    /// Linux releases the descriptor even when close reports EINTR, so there is no loop.
    static func close(_ file: Int32) { _ = Glibc.close(file) }

    private static func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count >= 0 { return .bytes(count) }
            let code = errno
            switch code {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case EBADF, EFAULT, ENOTSOCK: preconditionFailure("a socket was used after it was closed")
            default: return .failed(errno: code)
            }
        }
    }

    private static func set(
        _ file: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ address: SocketAddress
    ) throws(ServerError) {
        var value = value
        guard setsockopt(file, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw failure("setsockopt", address)
        }
    }

    private static func failure(_ call: String, _ address: SocketAddress) -> ServerError {
        .system(call: call, errno: errno, address: address.description)
    }
}
