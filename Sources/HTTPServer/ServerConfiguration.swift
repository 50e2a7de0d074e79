package import HTTP

/// Everything that bounds the server: each limit with its unit, default and reason.
package struct ServerConfiguration: Sendable {
    /// An address literal, or a name; `localhost` listens on 127.0.0.1 and, where there is one, ::1.
    /// `::` is dual-stack: it takes IPv4 clients too. Default loopback: nothing is exposed by accident.
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    /// Connections that wait to be accepted. Default 512; the kernel caps it at `somaxconn`.
    package var backlog = 512
    /// Event loops (serial queues). Default 2: parsing is cheap next to inference.
    package var eventLoops = 2
    /// Open connections. Default 1024: each costs some KiB and a descriptor. Over it: 503 and close.
    package var maximumConnections = 1024
    /// Open connections of one address (/64 in IPv6). Default 128, so that nobody takes them all; nil is no
    /// limit.
    package var maximumConnectionsPerAddress: Int? = 128
    /// Whether that limit is one for loopback addresses too. Default false: behind a proxy on this machine
    /// everybody is there.
    package var countsLoopbackConnections = false
    /// Limits, deadlines and buffer sizes of one connection.
    package var connection = ConnectionLimits()
    /// How often deadlines are looked at. Default 250 ms: what a timeout may be late by.
    package var timerResolution: Duration = .milliseconds(250)
    /// How long accepting pauses when descriptors run out (EMFILE). Default 100 ms.
    package var acceptPause: Duration = .milliseconds(100)
    /// `Server` header; nil sends none. Default nil: it helps nobody but attackers.
    package var serverName: FieldValue?
    /// Makes the answer to a request that no handler saw (malformed, too large, late, over a limit) from
    /// status, detail and request id. Called on an event loop: it must not block.
    package var refusalResponse: @Sendable (HTTPStatus, String, String) -> ServerResponse = {
        status, detail, _ in
        ServerResponse(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .bytes(Array((detail + "\n").utf8)))
    }

    package init() {}
}
