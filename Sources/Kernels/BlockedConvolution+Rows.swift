import CKernels

/// The input of some positions as rows of whole numbers, each with a scale for all that one position's products sum over.
extension BlockedConvolution {
    /// Floats that are gathered before they are rounded: they stay in the first caches.
    private static let floatsOfPart = 24 * 1024

    /// Positions that are gathered together.
    var gatheredPart: Int {
        max(8, min(64, BlockedConvolution.floatsOfPart / (inputBlocks * taps * ChannelBlocks.width) / 8 * 8))
    }

    /// Part `part` of a group's positions.
    func gatherRows(
        _ call: Call, _ positions: Range<Int>, part: Int, zeros: UnsafePointer<Float>,
        to points: UnsafeMutableRawPointer, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let kernels = narrowWeights!.kernels.pointee
        let first = positions.lowerBound + part * gatheredPart
        let own = first..<min(positions.upperBound, first + gatheredPart)
        guard let rows = kernels.rows, !own.isEmpty else { return }
        let (width, blocks) = (ChannelBlocks.width, inputBlocks * taps)
        let scales = (points + gatheredPointBytes(positions.count)).assumingMemoryBound(to: Float.self)
        func quantise(_ from: UnsafePointer<Float>, stride: Int, _ run: Range<Int>) {
            let place = run.lowerBound - positions.lowerBound
            rows.pointee.quantise(
                from, stride, blocks, run.count, points + place * width * kernels.point_bytes,
                positions.count * width, scales + place)
        }
        guard !readsEveryPosition(call.geometry) else {
            // Positions of an image lie side by side as they are.
            let plane = call.geometry.outputPlane
            var position = own.lowerBound
            while position < own.upperBound {
                let (image, offset) = (position / plane, position % plane)
                let end = min(own.upperBound, position + plane - offset)
                let from = call.input + (image * inputBlocks * plane + offset) * width
                quantise(from, stride: plane * width, position..<end)
                position = end
            }
            return
        }
        for block in 0..<inputBlocks { gather(call, own, block, zeros: zeros, to: scratch) }
        quantise(scratch, stride: own.count * width, own)
    }

    /// Whether every output is made of the input at its own place and of nothing else.
    private func readsEveryPosition(_ geometry: ConvolutionGeometry) -> Bool {
        taps == 1 && geometry.padTop == 0 && geometry.padLeft == 0
            && geometry.outputHeight == geometry.inputHeight && geometry.outputWidth == geometry.inputWidth
    }
}
