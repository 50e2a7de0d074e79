import CKernels

/// The input of some positions as rows of whole numbers, each with a scale for all that one position's
/// products sum over.
extension BlockedConvolution {
    /// Positions that a thread takes together where it shares a group with others.
    var positionsOfPart: Int { 32 }

    /// Part `part` of a group's positions.
    func quantise(
        _ call: Call, _ positions: Range<Int>, part: Int, to points: UnsafeMutableRawPointer
    ) {
        let kernels = narrowWeights!.kernels.pointee
        let first = positions.lowerBound + part * positionsOfPart
        guard let rows = kernels.rows, first < positions.upperBound else { return }
        let (width, geometry) = (ChannelBlocks.width, call.geometry)
        let own = first..<min(positions.upperBound, first + positionsOfPart)
        let scales = (points + gatheredPointBytes(positions.count)).assumingMemoryBound(to: Float.self)
        func place(_ position: Int) -> (UnsafeMutableRawPointer, UnsafeMutablePointer<Float>) {
            let place = position - positions.lowerBound
            return (points + place * width * kernels.point_bytes, scales + place)
        }
        guard readsEveryPosition(geometry) else {
            var form = ck_depthwise(parameters, geometry)
            let (points, scales) = place(first)
            return rows.pointee.quantise_windows(
                &form, inputBlocks, call.input, border?.floats, first, own.count, points,
                positions.count * width, scales)
        }
        // Positions of an image lie side by side as they are, eight of which are rounded at a time.
        let plane = geometry.outputPlane
        var position = first
        while position < own.upperBound {
            let (image, offset) = (position / plane, position % plane)
            let count = min(own.upperBound - position, plane - offset)
            let (points, scales) = place(position)
            rows.pointee.quantise(
                call.input + (image * inputBlocks * plane + offset) * width, plane * width, inputBlocks,
                count,
                points, positions.count * width, scales)
            position += count
        }
    }

    /// Whether every output is made of the input at its own place and of nothing else.
    private func readsEveryPosition(_ geometry: ConvolutionGeometry) -> Bool {
        // Padding at the end can give a strided output the input's size.
        taps == 1 && parameters.strideHeight == 1 && parameters.strideWidth == 1
            && geometry.padTop == 0 && geometry.padLeft == 0
            && geometry.outputHeight == geometry.inputHeight && geometry.outputWidth == geometry.inputWidth
    }
}
