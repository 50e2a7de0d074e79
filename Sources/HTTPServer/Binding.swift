import Glibc

/// Finds and binds the sockets that a configuration asks for.
struct Binding {
    private let configuration: ServerConfiguration

    /// How often a free port is looked for that both loopback addresses have.
    private static let attempts = 16

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// Listening sockets; none is left open when it throws.
    func bind() throws(ServerError) -> [Int32] {
        guard let port = UInt16(exactly: configuration.port) else {
            throw .system(call: "bind", errno: EINVAL, address: "\(configuration.host):\(configuration.port)")
        }
        let addresses = try SocketAddress.resolve(configuration.host, port: port)
        var left = port == 0 ? Self.attempts : 1
        while true {
            left -= 1
            do {
                return try bindAll(addresses)
            } catch {
                // The port that the first address got may be taken on the second.
                guard left > 0, addresses.count > 1, case .system(_, EADDRINUSE, _) = error else {
                    throw error
                }
            }
        }
    }

    private func bindAll(_ addresses: [SocketAddress]) throws(ServerError) -> [Int32] {
        var files: [Int32] = []
        var port = addresses[0].port
        do {
            for address in addresses {
                let wanted = SocketAddress(ip: address.ip, port: port)
                guard let file = try bind(wanted, isOptional: !files.isEmpty) else { continue }
                files.append(file)
                port = try SystemCalls.localAddress(file).port
            }
            return files
        } catch {
            for file in files { SystemCalls.close(file) }
            throw error
        }
    }

    /// Nil when the address is optional and the machine does not have its family, as IPv6 in many containers.
    private func bind(_ address: SocketAddress, isOptional: Bool) throws(ServerError) -> Int32? {
        // `::` takes IPv4 as well; a specific address takes only what it says.
        let dualStack = if case .v6(0, 0, _) = address.ip { true } else { false }
        do {
            return try SystemCalls.listener(on: address, dualStack: dualStack, backlog: configuration.backlog)
        } catch {
            guard isOptional, case .system(_, let code, _) = error,
                code == EAFNOSUPPORT || code == EADDRNOTAVAIL
            else { throw error }
            return nil
        }
    }
}
