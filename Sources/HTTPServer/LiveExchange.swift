import HTTP

/// What a connection keeps of a request while it is answered.
struct LiveExchange {
    let number: Int
    let id: String
    let method: HTTPMethod?
    let path: String?
    let started: ContinuousClock.Instant
    let body: BodyChannel
    var route: String?
    var principal: String?
    /// The request whose handler is still to be called.
    var request: ServerRequest?
    var task: Task<Void, Never>?
    var isCancelled = false
    /// Writers of the streamed response that wait for the output to shrink.
    var writers: [CheckedContinuation<Result<Void, WriteError>, Never>] = []
}
