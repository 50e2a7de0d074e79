/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// An address without its port. An IPv4 address that arrived mapped into IPv6 is `.v4`.
    package enum IP: Hashable, Sendable {
        /// In network order: the first byte is the first number of the dotted form.
        case v4(UInt32)
        /// The sixteen bytes as two big-endian halves, and the scope of a link-local address.
        case v6(high: UInt64, low: UInt64, scope: UInt32)
    }

    package let ip: IP
    package let port: UInt16

    package init(ip: IP, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// 127.0.0.0/8 or ::1: limits for each address don't apply to it.
    package var isLoopback: Bool {
        switch ip {
        case .v4(let value): value >> 24 == 127
        case .v6(let high, let low, _): high == 0 && low == 1
        }
    }

    /// What limits count by: the IPv4 address, or the /64 of an IPv6 one, as a client owns all of it.
    package var admissionKey: IP {
        switch ip {
        case .v4: ip
        case .v6(let high, _, _): .v6(high: high, low: 0, scope: 0)
        }
    }

    /// `127.0.0.1:80` or `[::1]:80`, as it stands in a URL.
    package var description: String {
        switch ip {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }
}
