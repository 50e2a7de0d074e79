import Digest
import FaceService
import Foundation
import FoundationNetworking

/// One file over HTTP into a staged model, going on where an earlier run was broken off.
///
/// A server that knows ranges sends the rest only; one that does not, or whose file has changed (`If-Range`),
/// sends it from the start. libcurl, which URLSession is made of here, honours `https_proxy` and `no_proxy`.
struct Download {
    let address: DownloadAddress
    /// Lower-case hexadecimal.
    let sha256: String
    /// Exactly this many, where it is known.
    let expectedBytes: Int?
    /// Seconds without a byte, connecting included, after which it is given up.
    var idleTimeout: TimeInterval = 120

    /// More than any face network is published with; for files of unknown size.
    static let largestFile = 2 << 30

    private var limit: Int { expectedBytes ?? Self.largestFile }

    /// Downloads what is missing and checks the whole.
    ///
    /// - Parameter progress: told the bytes there are and how many there will be.
    /// - Throws: `DownloadError`; what is of no use is removed from `staged`, the rest stays for the next
    ///   time.
    func run(
        into staged: StagedModel, progress: @escaping @Sendable (Int, Int?) -> Void = { _, _ in }
    ) async throws {
        if staged.count > limit { try staged.restart() }
        // The last byte may have come right before the end of an earlier run.
        if staged.sha256 != sha256 { try await fetch(staged, progress) }
        if let expectedBytes, staged.count < expectedBytes {
            throw DownloadError.incomplete(
                host: address.host, received: staged.count, expected: expectedBytes)
        }
        let found = staged.sha256
        guard found == sha256 else {
            staged.discard()
            throw DownloadError.wrongSum(host: address.host, expected: sha256, found: found)
        }
    }

    private func fetch(
        _ staged: StagedModel, _ progress: @escaping @Sendable (Int, Int?) -> Void
    ) async throws {
        let origin = DownloadOrigin(note: staged.note, address: address)
        let start = origin == nil ? 0 : staged.count
        do {
            try await DownloadTask(
                address: address, limit: limit, expectedBytes: expectedBytes, staged: staged,
                start: start, progress: progress
            ).run(request(from: start, origin?.validator))
        } catch DownloadError.status(_, 416) where start > 0 {
            // There is nothing past what we have, so what we have is not a part of it.
            try staged.restart()
            try await fetch(staged, progress)
        } catch let error as DownloadError {
            if case .tooLarge = error { staged.discard() }
            throw error
        }
    }

    private func request(from start: Int, _ validator: String?) -> URLRequest {
        var request = URLRequest(
            url: address.url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: idleTimeout)
        // A compressed answer would have other bytes than the file, and other ranges.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        request.setValue("arcface/\(ServiceVersion.current)", forHTTPHeaderField: "User-Agent")
        if start > 0, let validator {
            request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range")
            request.setValue(validator, forHTTPHeaderField: "If-Range")
        }
        return request
    }
}

/// What a partial file is part of: noted when a download begins, so that the rest can be asked for later.
struct DownloadOrigin: Codable, Equatable {
    /// SHA-256 of the address, which may hold a secret.
    let address: String
    /// The strong entity tag or, without one, the time of the last change.
    let validator: String

    init?(_ response: HTTPURLResponse, address: DownloadAddress) {
        let tag = response.value(forHTTPHeaderField: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        guard let validator = tag ?? response.value(forHTTPHeaderField: "Last-Modified") else { return nil }
        self.address = Self.digest(address)
        self.validator = validator
    }

    /// Reads a note back; nil where it is of another address or no note at all.
    init?(note: [UInt8]?, address: DownloadAddress) {
        guard let note, let origin = try? JSONDecoder().decode(DownloadOrigin.self, from: Data(note)),
            origin.address == Self.digest(address)
        else { return nil }
        self = origin
    }

    func note() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) }

    private static func digest(_ address: DownloadAddress) -> String {
        SHA256.hex(Array(address.url.absoluteString.utf8))
    }
}
