import Dispatch

/// The thread on which large JSON texts are taken apart. Tasks share a thread a core: one that computes for
/// long keeps the requests of all others from going on, and parsing comes before a request has a place in the
/// queue.
package enum BodyParsing {
    private static let queue = DispatchQueue(label: "arcface.bodies")

    /// Bytes that take no longer than changing threads does.
    package static let small = 64 << 10

    /// Runs `body`, which takes apart so many bytes of JSON, one large text at a time.
    ///
    /// - Throws: what `body` throws; `CancellationError` as soon as the task is cancelled. A text that waits
    ///   then is not taken apart any more.
    package static func run<R: Sendable>(
        _ count: Int, _ body: @escaping @Sendable () throws -> R
    ) async throws -> R {
        try await timed(.parse) {
            if count <= small { return try body() }
            let answer = HandOver<R>()
            return try await withTaskCancellationHandler {
                try await answer.value {
                    queue.async {
                        guard !answer.isFinished else { return }
                        answer.finish(with: Result { try body() })
                    }
                }
            } onCancel: {
                answer.finish(with: .failure(CancellationError()))
            }
        }
    }
}
