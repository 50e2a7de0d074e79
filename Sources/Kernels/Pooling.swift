/// The window of a pooling operator over an input of known size, two spatial dimensions.
///
/// `ceil_mode` and `auto_pad` are resolved by the caller into the output size and pads.
package struct PoolingGeometry: Sendable, Hashable {
    /// Planes: batch times channels.
    package var planes: Int
    package var inputHeight: Int
    package var inputWidth: Int
    package var outputHeight: Int
    package var outputWidth: Int
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideHeight: Int
    package var strideWidth: Int
    package var dilationHeight: Int
    package var dilationWidth: Int
    package var padTop: Int
    package var padLeft: Int
    /// Used by `count_include_pad` alone: a window counts what of it lies within the padded input.
    package var padBottom: Int
    package var padRight: Int

    package init(
        planes: Int, inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int, kernelHeight: Int,
        kernelWidth: Int, strideHeight: Int = 1, strideWidth: Int = 1, dilationHeight: Int = 1,
        dilationWidth: Int = 1, padTop: Int = 0, padLeft: Int = 0, padBottom: Int = 0, padRight: Int = 0
    ) {
        self.planes = planes
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideHeight = strideHeight
        self.strideWidth = strideWidth
        self.dilationHeight = dilationHeight
        self.dilationWidth = dilationWidth
        self.padTop = padTop
        self.padLeft = padLeft
        self.padBottom = padBottom
        self.padRight = padRight
    }
}

/// ONNX `MaxPool`, `AveragePool` and `GlobalAveragePool`, NCHW.
package enum Pooling {
    /// The largest element of each window; a window wholly in the padding gives minus infinity.
    package static func max(
        _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) { fatalError("to come") }

    /// The mean of each window: over the elements inside the input, or with `countIncludesPad` over those inside
    /// the padded input, pads being zero. A window without any gives 0.
    package static func average(
        _ geometry: PoolingGeometry, countIncludesPad: Bool, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }

    /// The mean of each plane of `planeCount` elements.
    package static func globalAverage(
        planes: Int, planeCount: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        pool: WorkerPool
    ) { fatalError("to come") }
}
