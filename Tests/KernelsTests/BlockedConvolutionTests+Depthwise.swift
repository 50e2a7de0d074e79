import Kernels
import TestKit
import Testing

extension BlockedConvolutionTests {
    @Test(arguments: [1, 3, 5, 7, 9])
    func `depthwise kernels of any width agree with the definition on rows of any length`(columns: Int) throws
    {
        for (rows, stride) in [(1, 1), (columns, 1), (columns, 2), (2, 3), (columns, 3)] {
            let p = ConvolutionParameters(
                inputChannels: 18, outputChannels: 18, groups: 18, kernelHeight: rows, kernelWidth: columns,
                strideHeight: min(stride, 2), strideWidth: stride)
            for width in [1, 2, 4, 7, 9, 14, 23] {
                for pads in [(rows / 2, columns / 2, rows / 2, columns / 2), (0, columns - 1, rows, columns)]
                {
                    let isThree = rows == 3 && columns == 3 && stride == 1
                    try Self.check(
                        p, Self.geometry(p, batch: 1, rows + 3, width, pads: pads), seed: UInt64(width),
                        expecting: isThree ? .winogradDepthwise : .depthwise)
                }
            }
        }
    }
}
