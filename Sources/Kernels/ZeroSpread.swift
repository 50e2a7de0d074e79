/// Planes whose elements are set apart by zeros: what a strided convolution's derivative convolves.
package struct ZeroSpread: Sendable {
    package let inputHeight, inputWidth, outputHeight, outputWidth, strideHeight, strideWidth: Int

    package init(input: (height: Int, width: Int), output: (height: Int, width: Int), stride: (Int, Int)) {
        precondition(
            (input.height - 1) * stride.0 < output.height && (input.width - 1) * stride.1 < output.width)
        (inputHeight, inputWidth) = input
        (outputHeight, outputWidth) = output
        (strideHeight, strideWidth) = stride
    }

    /// Spreads `planes` planes of elements of `lanes` floats.
    package func run(
        planes: Int, lanes: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) {
        pool.run(planes) { plane in
            let target = output + plane * outputHeight * outputWidth * lanes
            target.update(repeating: 0, count: outputHeight * outputWidth * lanes)
            let source = input + plane * inputHeight * inputWidth * lanes
            for row in 0..<inputHeight {
                for column in 0..<inputWidth {
                    let at = (row * strideHeight * outputWidth + column * strideWidth) * lanes
                    (target + at).update(from: source + (row * inputWidth + column) * lanes, count: lanes)
                }
            }
        }
    }
}
