import Foundation

/// An address that may be downloaded from: https, or http to this machine itself.
struct DownloadAddress: Sendable, Equatable {
    let url: URL

    /// - Throws: `addressRefused`.
    init(_ text: String) throws(DownloadError) {
        guard let url = URL(string: text), url.host?.isEmpty == false else {
            throw .addressRefused("this is no address such as https://host/file.onnx")
        }
        guard Self.isHTTPS(url) || Self.isLoopback(url) else {
            throw .addressRefused(
                "only https:// is downloaded from (http:// on this machine alone): anyone on the way could change it"
            )
        }
        self.url = url
    }

    /// With its port where it names one; for messages.
    var host: String { Self.host(of: url) }

    /// Whether a redirection of this address may be followed: to https, and from this machine to itself.
    func mayRedirect(to target: URL) -> Bool {
        Self.isHTTPS(target) || (Self.isLoopback(url) && Self.isLoopback(target))
    }

    static func host(of url: URL) -> String {
        (url.host ?? "an address without a host") + (url.port.map { ":\($0)" } ?? "")
    }

    private static func isHTTPS(_ url: URL) -> Bool { url.scheme?.lowercased() == "https" }

    private static func isLoopback(_ url: URL) -> Bool {
        url.scheme?.lowercased() == "http"
            && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(url.host?.lowercased())
    }
}
