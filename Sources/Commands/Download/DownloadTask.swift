import FaceService
import Foundation
import FoundationNetworking
import Locks

/// One request of a download, as the delegate of its own URLSession: every byte goes to the file as it comes.
final class DownloadTask: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        /// Let go of at the end: the session lets go of its delegate only some time later, and the file is
        /// locked for as long as somebody holds it.
        var staged: StagedModel?
        var failure: (any Error)?
        var redirections = 0
        var continuation: CheckedContinuation<Void, any Error>?
    }

    private let address: DownloadAddress
    private let limit: Int
    private let expectedBytes: Int?
    /// Where the answer should begin; 0 when nothing of the file is there.
    private let start: Int
    private let progress: @Sendable (Int, Int?) -> Void
    private let state: Locked<State>

    init(
        address: DownloadAddress, limit: Int, expectedBytes: Int?, staged: StagedModel, start: Int,
        progress: @escaping @Sendable (Int, Int?) -> Void
    ) {
        self.address = address
        self.limit = limit
        self.expectedBytes = expectedBytes
        state = Locked(State(staged: staged))
        self.start = start
        self.progress = progress
    }

    /// Returns when the answer has ended well, with its bytes in the file.
    func run(_ request: URLRequest) async throws {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        configuration.timeoutIntervalForRequest = request.timeoutInterval
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
        // The session holds its delegate until then.
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        let count = state.withLock { state in
            state.redirections += 1
            return state.redirections
        }
        guard let url = request.url, count <= 10, address.mayRedirect(to: url) else {
            let target = request.url.map { ($0.scheme ?? "") + "://" + DownloadAddress.host(of: $0) }
            fail(.redirectRefused(host: address.host, to: target ?? "nowhere"))
            // The redirection itself becomes the answer, and is not taken then.
            return completionHandler(nil)
        }
        var next = request
        for header in ["Range", "If-Range", "Accept-Encoding", "User-Agent"] {
            next.setValue(
                task.originalRequest?.value(forHTTPHeaderField: header), forHTTPHeaderField: header)
        }
        completionHandler(next)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        do {
            if let failure = state.withLock({ $0.failure }) { throw failure }
            guard let staged = state.withLock({ $0.staged }) else { throw CancellationError() }
            try begin(response, staged)
            completionHandler(.allow)
        } catch {
            fail(error)
            completionHandler(.cancel)
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        // What was on its way when the task was cancelled.
        guard let staged = state.withLock({ $0.failure == nil ? $0.staged : nil }) else { return }
        do {
            // A copy as an array: the optimiser of Swift 6.3 does not survive the closure over the data's own
            // bytes.
            try take([UInt8](data), staged)
            progress(staged.count, expectedBytes ?? total(of: dataTask))
        } catch {
            fail(error)
            dataTask.cancel()
        }
    }

    private func take(_ bytes: [UInt8], _ staged: StagedModel) throws {
        guard staged.count + bytes.count <= limit else {
            throw DownloadError.tooLarge(host: address.host, limit: limit)
        }
        try staged.append(bytes)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let received = state.withLock { $0.staged }?.count ?? 0
        let (continuation, failure) = state.withLock { state in
            defer { (state.continuation, state.staged) = (nil, nil) }
            return (state.continuation, state.failure)
        }
        if let failure { return continuation?.resume(throwing: failure) ?? () }
        guard let error else { return continuation?.resume() ?? () }
        continuation?.resume(throwing: reason(of: error, received))
    }

    /// Looks at the head of the answer; nothing is written before it is what was asked for.
    private func begin(_ response: URLResponse, _ staged: StagedModel) throws {
        guard let answer = response as? HTTPURLResponse else {
            throw DownloadError.connection(host: address.host, reason: "no HTTP answer", received: 0)
        }
        switch answer.statusCode {
        case 200:
            guard answer.expectedContentLength <= Int64(limit) else {
                throw DownloadError.tooLarge(host: address.host, limit: limit)
            }
            try staged.restart(note: DownloadOrigin(answer, address: address)?.note())
        case 206:
            let range = answer.value(forHTTPHeaderField: "Content-Range") ?? ""
            guard start > 0, range.hasPrefix("bytes \(start)-") else {
                throw DownloadError.wrongPart(host: address.host)
            }
        case let code: throw DownloadError.status(host: address.host, code: code)
        }
    }

    private func total(of task: URLSessionDataTask) -> Int? {
        guard let length = task.response?.expectedContentLength, length > 0 else { return nil }
        return (task.response as? HTTPURLResponse)?.statusCode == 206 ? start + Int(length) : Int(length)
    }

    private func fail(_ error: any Error) {
        state.withLock { state in if state.failure == nil { state.failure = error } }
    }

    private func fail(_ error: DownloadError) { fail(error as any Error) }

    /// libcurl's own words say most: which host, which port, which certificate.
    private func reason(of error: any Error, _ received: Int) -> any Error {
        if (error as? URLError)?.code == .cancelled { return CancellationError() }
        let text = (error as NSError).userInfo[NSLocalizedDescriptionKey] as? String
        let known = (error as? URLError)?.code == .timedOut ? "no byte came in time" : nil
        return DownloadError.connection(
            host: address.host, reason: known ?? text ?? error.localizedDescription, received: received)
    }
}
