extension InferenceMonitor {
    /// Work that is run once, on one worker, and what it leaves to be embedded.
    ///
    /// `@unchecked Sendable`: its variables are touched under the monitor's lock only.
    final class Analysis: @unchecked Sendable {
        let run: () -> Embedded?
        let fail: (any Error) -> Void
        let enqueued = ContinuousClock.now
        var isCancelled = false
        var rest: Embedded?

        init(run: @escaping @Sendable () -> Embedded?, fail: @escaping @Sendable (any Error) -> Void) {
            self.run = run
            self.fail = fail
        }
    }

    /// The crops of one request, which may go out in several batches and share each with others.
    ///
    /// `@unchecked Sendable`: its variables are touched under the monitor's lock only.
    final class Embedded: @unchecked Sendable {
        let crops: [Crop]
        let finish: (Result<[Embedding], any Error>) -> Void
        let enqueued = ContinuousClock.now
        var taken = 0
        var results: [Embedding?]
        var missing: Int
        var isOver = false

        init(crops: [Crop], finish: @escaping @Sendable (Result<[Embedding], any Error>) -> Void) {
            self.crops = crops
            self.finish = finish
            results = Array(repeating: nil, count: crops.count)
            missing = crops.count
        }
    }

    /// The crops of one request that go out in one batch.
    struct Share {
        let item: Embedded
        let range: Range<Int>
    }
}
