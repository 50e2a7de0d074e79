/// The bounds of one connection: sizes in bytes, times as durations.
package struct ConnectionLimits: Sendable {
    /// Grammar limits of request heads.
    package var parser = ParserLimits()
    /// No byte of a next request. Default 75 s: a little above what common proxies keep.
    package var idleTimeout: Duration = .seconds(75)
    /// From the first byte of a head, or from the connection's start, to its end. Default 15 s: a head is
    /// one packet.
    package var headTimeout: Duration = .seconds(15)
    /// No byte of a body while the handler waits for some. Default 20 s.
    package var bodyStallTimeout: Duration = .seconds(20)
    /// Bytes a second that a body must reach on average after `bodyGrace`, time that the handler
    /// keeps us waiting not counted. Default 1 KiB/s: slower is no client with an image. 0 turns it off.
    package var minimumBodyRate = 1024
    /// When `minimumBodyRate` starts to count. Default 10 s.
    package var bodyGrace: Duration = .seconds(10)
    /// No byte taken by the client while output waits. Default 30 s.
    package var writeStallTimeout: Duration = .seconds(30)
    /// How long a connection is read from after our last byte, so that the client gets to read the answer
    /// before a reset would destroy it (RFC 9112, 9.6). Default 5 s.
    package var lingerTimeout: Duration = .seconds(5)
    /// Bytes thrown away in that time. Default 32 MiB: one upload over the limit.
    package var lingerBytes = 32 << 20
    /// Rest of a body that is read and thrown away to keep the connection after an early answer. Default 64
    /// KiB.
    package var discardBytes = 64 << 10
    /// Body bytes held for the handler before reading stops. Default 256 KiB.
    package var bodyHighWater = 256 << 10
    /// Output held for the client before a writer waits. Default 256 KiB.
    package var outputHighWater = 256 << 10
    /// Input held of requests sent ahead (pipelined) before reading stops. Default 64 KiB.
    package var pipelineBytes = 64 << 10

    package init() {}
}
