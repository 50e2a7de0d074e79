/// Which blocks of input channels each block of output channels of a grouped convolution reads.
///
/// Groups may begin and end within blocks: what a block holds of other groups is multiplied by zeros. Even
/// where that is fifteen products of sixteen, a product of matrices for each of many small groups takes
/// longer.
struct GroupedBlocks: Sendable {
    /// The blocks of input channels, for each block of output channels.
    let reads: [Range<Int>]
    /// Where the rows of weights of each block of output channels begin, counted in blocks of input channels.
    let starts: [Int]

    init(_ parameters: ConvolutionParameters) {
        let (groups, width) = (parameters.groups, ChannelBlocks.width)
        let (inputs, outputs) = (parameters.inputChannels / groups, parameters.outputChannels / groups)
        reads = stride(from: 0, to: parameters.outputChannels, by: width).map { first in
            let last = min(first + width, parameters.outputChannels) - 1
            let channels = first / outputs * inputs..<(last / outputs + 1) * inputs
            return channels.lowerBound / width..<ChannelBlocks.count(channels.upperBound)
        }
        var end = 0
        starts = reads.map { blocks in
            end += blocks.count
            return end - blocks.count
        }
    }

    /// Blocks of input channels of all blocks of output channels together.
    var count: Int { (starts.last ?? 0) + (reads.last?.count ?? 0) }
}
