import Gallery
import HTTPServer

/// The events of one job as a stream of server-sent events: `progress` while it runs, `done` at its end, each with
/// the job as lists show it.
struct JobEvents: Sendable {
    let jobs: JobRunner
    let job: JobID
    /// Silence after which a comment is sent.
    let heartbeat: Duration

    /// Writes until the job is over or the client is gone.
    func write(_ write: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let (stream, beat) = jobs.board.signals(of: job)
        let interval = heartbeat
        let pulse = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: interval)
                beat()
            }
        }
        defer { pulse.cancel() }
        if try await !jobs.job(job).record.state.isFinal { try await send("progress", write) }
        for await signal in stream {
            switch signal {
            case .progress: try await send("progress", write)
            case .heartbeat: try await write(Array(": \n\n".utf8))
            case .over: return try await send("done", write)
            }
        }
    }

    private func send(_ event: String, _ write: @Sendable ([UInt8]) async throws -> Void) async throws {
        let data = try await jobs.job(job, summarised: true).jsonText()
        try await write(Array("event: \(event)\ndata: \(data)\n\n".utf8))
    }
}
