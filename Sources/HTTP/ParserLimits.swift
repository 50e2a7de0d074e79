/// Bounds of a request head, in bytes unless said otherwise.
package struct ParserLimits: Sendable {
    /// The request line. Default 8192, which RFC 9112, 3 recommends as a minimum. Over it: 414.
    package var requestLineBytes = 8192
    /// All header lines together. Default 32 KiB: room for proxies' additions. Over it: 431.
    package var headerBytes = 32 << 10
    /// Header lines. Default 100, as lookups scan. Over it: 431.
    package var headerCount = 100
    /// One chunk-size line with its extensions. Default 256: nobody uses extensions. Over it: 400.
    package var chunkLineBytes = 256
    /// The trailer section. Default 8 KiB; trailers are read and dropped. Over it: 431.
    package var trailerBytes = 8192
    /// Empty lines that may precede a request line (RFC 9112, 2.2). Default 2.
    package var leadingEmptyLines = 2

    package init() {}
}
