import Glibc

/// To and from the kernel's structures, and text.
extension SocketAddress {
    /// Nil for a family other than IPv4 and IPv6. A mapped IPv4 address becomes the IPv4 address it is.
    init?(_ storage: sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            ip = .v4(UInt32(bigEndian: address.sin_addr.s_addr))
            port = UInt16(bigEndian: address.sin_port)
        case AF_INET6:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            ip = Self.ip(address)
            port = UInt16(bigEndian: address.sin6_port)
        default: return nil
        }
    }

    private static func ip(_ address: sockaddr_in6) -> IP {
        let (high, low) = withUnsafeBytes(of: address.sin6_addr) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        if high == 0 && low >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: low)) }
        return .v6(high: high, low: low, scope: address.sin6_scope_id)
    }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch ip {
        case .v4(let value):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = value.bigEndian
            return withRebound(&address, body)
        case .v6(let high, let low, let scope):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
                bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withRebound(&address, body)
        }
    }

    private func withRebound<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// The address in its usual text form, without port (RFC 5952 for IPv6).
    package var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch ip {
        case .v4(let value):
            var address = in_addr(s_addr: value.bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .v6(let high, let low, _):
            var halves = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &halves, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The addresses of `host`, which is a literal or a name; `localhost` is both loopback addresses,
    /// whatever the machine's files say.
    static func resolve(_ host: String, port: UInt16) throws(ServerError) -> [SocketAddress] {
        if host.lowercased() == "localhost" {
            return [
                SocketAddress(ip: .v4(0x7F00_0001), port: port),
                SocketAddress(ip: .v6(high: 0, low: 1, scope: 0), port: port),
            ]
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { throw .unknownHost(host) }
        defer { freeaddrinfo(first) }
        var found: [SocketAddress] = []
        for entry in sequence(first: first, next: \.pointee.ai_next) {
            guard let address = entry.pointee.ai_addr else { continue }
            var storage = sockaddr_storage()
            memcpy(&storage, address, min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size))
            guard let parsed = SocketAddress(storage) else { continue }
            let withPort = SocketAddress(ip: parsed.ip, port: port)
            if !found.contains(withPort) { found.append(withPort) }
        }
        guard !found.isEmpty else { throw .unknownHost(host) }
        return found
    }
}
