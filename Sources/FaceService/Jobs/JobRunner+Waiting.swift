package import Gallery

extension JobRunner {
    /// Waits for the end of a job, telling how far it is (0 to 1) on the way.
    package func wait(
        for id: JobID, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> JobAnswer {
        for await signal in board.signals(of: id).stream {
            if case .progress(let value) = signal { progress(value) }
        }
        return try await job(id)
    }
}
