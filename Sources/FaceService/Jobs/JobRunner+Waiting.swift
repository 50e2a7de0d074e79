package import Gallery

extension JobRunner {
    /// Waits for the end of a job, telling how far it is (0 to 1) on the way.
    ///
    /// - Throws: `JobEndError` where the job is over and the store could not take that (``endOnce()``).
    package func wait(
        for id: JobID, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> JobAnswer {
        for await signal in board.signals(of: id).stream {
            if case .progress(let value) = signal { progress(value) }
        }
        if let error = failureToEnd(id) { throw JobEndError(cause: error) }
        return try await job(id)
    }
}

/// A job that is over, in a database that can't be told so. What it was to change is written with its end, so
/// nothing was changed.
package struct JobEndError: Error, CustomStringConvertible {
    let cause: any Error

    package var description: String {
        "the job broke off and changed nothing, as its end can't be written: \(cause); the gallery takes no other "
            + "until the next command or start has noted it as failed"
    }
}
