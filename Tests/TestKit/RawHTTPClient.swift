import Glibc

/// A blocking socket that speaks HTTP byte by byte, so that tests can send what no well-behaved client would.
///
/// Every wait ends after `timeout` seconds with an error. Use it on a thread of its own (`onOwnThread`):
/// blocking a thread of the cooperative pool would keep the server's handlers from running.
package final class RawHTTPClient {
    /// What went wrong; `text` says where.
    package struct Failure: Error, CustomStringConvertible {
        package let text: String
        package var description: String { text }
    }

    /// A response as it was read.
    package struct Response: Sendable {
        package let status: Int
        /// Names in lower case, in order.
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package func header(_ name: String) -> String? {
            headers.first { $0.name == name.lowercased() }?.value
        }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let file: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true

    /// Connects to a loopback address. `receiveBuffer` makes the kernel's buffer small, for a client that
    /// reads slowly.
    package init(port: UInt16, ipv6: Bool = false, timeout: Int = 20, receiveBuffer: Int32? = nil) throws {
        file = socket(
            ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw Failure(text: "socket: errno \(errno)") }
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        if var receiveBuffer { setsockopt(file, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        guard (ipv6 ? connectV6(port) : connectV4(port)) == 0 else {
            let code = errno
            Glibc.close(file)
            isOpen = false
            throw Failure(text: "connect: errno \(code)")
        }
    }

    deinit { close() }

    private func connectV4(_ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return connect(&address)
    }

    private func connectV6(_ port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return connect(&address)
    }

    private func connect<Address>(_ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Sends all of it, or throws when the peer is gone or does not take it in time.
    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(file, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Failure(text: "send: errno \(errno) after \(sent) bytes") }
            sent += count
        }
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// One read: nil at the end of the stream.
    package func receiveSome(upTo limit: Int = 65_536) throws -> [UInt8]? {
        if !buffer.isEmpty {
            defer { buffer = [] }
            return buffer
        }
        return try fill(limit)
    }

    private func fill(_ limit: Int = 65_536) throws -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: limit)
        while true {
            let count = recv(file, &piece, limit, 0)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(text: "recv: errno \(errno)") }
            return count == 0 ? nil : Array(piece[..<count])
        }
    }

    /// Everything up to the end of the stream.
    package func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while let piece = try receiveSome() { all += piece }
        return all
    }

    /// One response. `toHead`: it answers a HEAD request and has no body.
    package func receiveResponse(toHead: Bool = false) throws -> Response {
        let status = try line().split(separator: " ")
        guard status.count >= 2, let code = Int(status[1]) else { throw Failure(text: "no status line") }
        let headers = try headerLines()
        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        let body: [UInt8]
        if toHead || code == 204 || code == 304 || code < 200 {
            body = []
        } else if header("transfer-encoding") == "chunked" {
            body = try chunkedBody()
        } else if let length = header("content-length").flatMap({ Int($0) }) {
            body = try take(length)
        } else {
            body = try receiveAll()
        }
        return Response(status: code, headers: headers, body: body)
    }

    /// Sends `text` and reads one response.
    package func exchange(_ text: String, toHead: Bool = false) throws -> Response {
        try send(text)
        return try receiveResponse(toHead: toHead)
    }

    /// One line without its CRLF.
    package func line() throws -> String {
        while true {
            if let feed = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<feed]
                buffer.removeFirst(feed + 1)
                guard line.last == UInt8(ascii: "\r") else { throw Failure(text: "a line without CR") }
                return String(decoding: line.dropLast(), as: UTF8.self)
            }
            try more()
        }
    }

    private func headerLines() throws -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        while true {
            let line = try line()
            if line.isEmpty { return headers }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Failure(text: "no header line: \(line)") }
            headers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
    }

    private func chunkedBody() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            guard let size = Int(try line(), radix: 16) else { throw Failure(text: "no chunk size") }
            if size == 0 {
                guard try line().isEmpty else { throw Failure(text: "unexpected trailer") }
                return body
            }
            body += try take(size)
            guard try line().isEmpty else { throw Failure(text: "no line end behind a chunk") }
        }
    }

    /// Exactly `count` bytes.
    package func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try more() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func more() throws {
        guard let piece = try fill() else {
            throw Failure(text: "the stream ended after \(buffer.count) bytes of something unfinished")
        }
        buffer += piece
    }

    /// Ends the sending side only.
    package func shutdownWrite() { _ = shutdown(file, Int32(SHUT_WR)) }

    /// Closes with a reset instead of an orderly end.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(file, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(file)
    }
}
