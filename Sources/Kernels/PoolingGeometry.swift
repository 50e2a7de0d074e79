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
        planes: Int, inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int,
        kernelHeight: Int,
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

extension PoolingGeometry {
    /// Elements of all planes that a pool makes.
    package var outputCount: Int { planes * outputHeight * outputWidth }

    /// Rows of the window of output row `y` that lie inside the input, or inside the padded input.
    func tapRows(_ y: Int, padded: Bool = false) -> Range<Int> {
        PoolingGeometry.steps(
            from: y * strideHeight - padTop, kernelHeight, by: dilationHeight, low: padded ? -padTop : 0,
            high: padded ? inputHeight + padBottom : inputHeight)
    }

    /// Columns of the window of output column `x` that lie inside the input, or inside the padded input.
    func tapColumns(_ x: Int, padded: Bool = false) -> Range<Int> {
        PoolingGeometry.steps(
            from: x * strideWidth - padLeft, kernelWidth, by: dilationWidth, low: padded ? -padLeft : 0,
            high: padded ? inputWidth + padRight : inputWidth)
    }

    /// Output columns whose windows have every column inside the input.
    var wholeColumns: Range<Int> {
        let reach = (kernelWidth - 1) * dilationWidth
        return PoolingGeometry.steps(
            from: -padLeft, outputWidth, by: strideWidth, low: 0, high: inputWidth - reach)
    }

    /// Which of the places `start`, `start + step` and so on, `count` of them, lie in `low..<high`.
    private static func steps(from start: Int, _ count: Int, by step: Int, low: Int, high: Int) -> Range<Int>
    {
        let first = start >= low ? 0 : (low - start + step - 1) / step
        let end = start >= high ? 0 : min(count, (high - 1 - start) / step + 1)
        return first < end ? first..<end : 0..<0
    }
}
