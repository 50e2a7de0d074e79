/// Work in groups of tiles or positions: a group's input is brought into another form, its points, part by
/// part (of the input channels, or of the group); then blocks of output channels, two at a time where there
/// are enough, are made of all of them.
struct GroupedWork {
    /// Tiles or positions of all images, and those of one group (of the last one perhaps fewer).
    let items: Int
    let itemsOfGroup: Int
    let groups: Int
    private let outputBlocks: Int
    /// Blocks of output channels that are made together.
    private let blocksTogether: Int
    /// Floats of scratch: a group's points, and the products of the blocks that are made together, or what
    /// preparing needs.
    private let points: Int
    private let products: Int
    /// Whether all threads share each group's points rather than having groups of their own.
    private let isShared: Bool
    let scratchFloats: Int

    /// Bytes of points that stay in a core's second cache beside weights and products.
    static let bytesOfSecondCache = 512 * 1024

    /// Enough to fill the registers: weights are read once a group.
    static let fewestItems = 32

    /// `pointBudget` is what a group's points may take in bytes, `pointBytes` says what so many items take,
    /// `productFloats` what they take in one block of output channels, `preparingFloats` what a worker has
    /// for itself while it prepares.
    init(
        items: Int, atLeast least: Int = fewestItems, atMost limit: Int,
        pointBudget: Int = bytesOfSecondCache, outputBlocks: Int, threads: Int, pointBytes: (Int) -> Int,
        productFloats: (Int) -> Int, preparingFloats: Int = 0
    ) {
        (self.items, self.outputBlocks) = (items, outputBlocks)
        let fitting = min(limit, max(least, pointBudget / max(pointBytes(1), 1)))
        let pieces = GroupedWork.pieces(
            (items + fitting - 1) / fitting, atMost: (items + least - 1) / least,
            pairs: (outputBlocks + 1) / 2, threads: threads)
        itemsOfGroup = (items + pieces - 1) / pieces
        groups = (items + itemsOfGroup - 1) / itemsOfGroup
        points = GroupedWork.lines(pointBytes(itemsOfGroup))
        isShared = threads > 1 && groups < 2 * threads
        blocksTogether = isShared && groups * ((outputBlocks + 1) / 2) < 2 * threads ? 1 : 2
        products = GroupedWork.lines(
            max(blocksTogether * productFloats(itemsOfGroup), preparingFloats) * MemoryLayout<Float>.stride)
        scratchFloats = isShared ? groups * points + threads * products : threads * (points + products)
    }

    /// `fewest` groups or more. Where each thread has groups of its own, as many as every other one; else, as
    /// far as `most` allows, enough for every thread to have two pairs of output blocks.
    private static func pieces(_ fewest: Int, atMost most: Int, pairs: Int, threads: Int) -> Int {
        if threads == 1 { return fewest }
        if fewest >= 2 * threads { return (fewest + threads - 1) / threads * threads }
        return max(fewest, min(most, (2 * threads + pairs - 1) / pairs))
    }

    /// Floats of whole cache lines.
    private static func lines(_ bytes: Int) -> Int { (bytes + 63) / 64 * 16 }

    /// Parts of a group that have so many items.
    func parts(ofItems count: Int) -> Int { (itemsOfGroup + count - 1) / count }

    /// Calls `prepare` for every group and part, then `multiply` for every group and all output blocks.
    func run(
        scratch: UnsafeMutablePointer<Float>, parts: Int, pool: WorkerPool,
        prepare: (
            _ items: Range<Int>, _ part: Int, _ points: UnsafeMutableRawPointer,
            _ scratch: UnsafeMutablePointer<Float>
        ) -> Void,
        multiply: (
            _ items: Range<Int>, _ outputBlocks: Range<Int>, _ points: UnsafeRawPointer,
            _ products: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        let calls = (outputBlocks + blocksTogether - 1) / blocksTogether
        guard isShared else {
            pool.run(groups) { group, worker in
                let points = scratch + worker * (self.points + products)
                for part in 0..<parts { prepare(range(group), part, points, points + self.points) }
                for call in 0..<calls { multiply(range(group), blocks(call), points, points + self.points) }
            }
            return
        }
        // Few groups: everybody prepares, then everybody takes blocks of output channels.
        let ofWorkers = scratch + groups * points
        pool.run(groups * parts) { index, worker in
            prepare(
                range(index / parts), index % parts, scratch + index / parts * points,
                ofWorkers + worker * products)
        }
        pool.run(groups * calls) { index, worker in
            let group = index / calls
            multiply(
                range(group), blocks(index % calls), scratch + group * points, ofWorkers + worker * products)
        }
    }

    private func blocks(_ call: Int) -> Range<Int> {
        call * blocksTogether..<min(outputBlocks, (call + 1) * blocksTogether)
    }

    private func range(_ group: Int) -> Range<Int> {
        group * itemsOfGroup..<min(items, (group + 1) * itemsOfGroup)
    }
}
