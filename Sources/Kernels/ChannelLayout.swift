/// Where the channels of a float32 image batch lie: in planes `[batch, channels, plane]`, or in blocks of
/// sixteen.
package struct ChannelLayout: Sendable, Hashable {
    package let batch, channels, plane: Int
    package let inBlocks: Bool

    package init(batch: Int, channels: Int, plane: Int, inBlocks: Bool) {
        (self.batch, self.channels, self.plane, self.inBlocks) = (batch, channels, plane, inBlocks)
    }

    /// Channels that lie side by side.
    package var lanes: Int { inBlocks ? ChannelBlocks.width : 1 }

    /// Runs of elements of the same channels, an image.
    package var runs: Int { inBlocks ? ChannelBlocks.count(channels) : channels }

    /// Elements of a run.
    package var runLength: Int { plane * lanes }

    /// Elements of it all, those of channels that only fill a block included.
    package var count: Int { batch * runs * runLength }

    /// Numbers of each channel, as many as `runs` have lanes; what fills a block gets `filling`.
    func padded(_ values: [Float], filling: Float) -> [Float] {
        values + Array(repeating: filling, count: runs * lanes - values.count)
    }

    /// Calls `body` with the first element and the first channel of each run, shared out.
    func eachRun(_ pool: WorkerPool, _ body: (_ offset: Int, _ channel: Int) -> Void) {
        guard runLength > 0 else { return }
        pool.runRanges(batch * runs, grain: max(1, Broadcast.grain / runLength)) { range in
            for run in range { body(run * runLength, run % runs * lanes) }
        }
    }
}
