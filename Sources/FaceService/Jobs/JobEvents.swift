import Encodings
import Gallery
import HTTPServer

/// The events of one job as a stream of server-sent events: `progress` while it runs, `done` at its end, each
/// with the job as lists show it.
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
        try await sendProgress(write)
        for await signal in stream {
            switch signal {
            case .progress: try await sendProgress(write)
            case .heartbeat: try await write(Array(": \n\n".utf8))
            case .over:
                return try await send("done", try await jobs.job(job, summarised: true), write)
            }
        }
    }

    /// Not of a job that has come to its end since: that is told by `done`, once.
    private func sendProgress(_ write: @Sendable ([UInt8]) async throws -> Void) async throws {
        let answer = try await jobs.job(job, summarised: true)
        if !answer.record.state.isFinal { try await send("progress", answer, write) }
    }

    private func send(
        _ event: String, _ answer: JobAnswer, _ write: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await write(Array("event: \(event)\ndata: \(answer.jsonText())\n\n".utf8))
    }
}
