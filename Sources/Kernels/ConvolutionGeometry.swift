/// What of a convolution is known when its model is loaded (ONNX `Conv`, two spatial dimensions).
package struct ConvolutionParameters: Sendable, Hashable {
    package var inputChannels: Int
    package var outputChannels: Int
    package var groups: Int
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideHeight: Int
    package var strideWidth: Int
    package var dilationHeight: Int
    package var dilationWidth: Int

    package init(
        inputChannels: Int, outputChannels: Int, groups: Int = 1, kernelHeight: Int, kernelWidth: Int,
        strideHeight: Int = 1, strideWidth: Int = 1, dilationHeight: Int = 1, dilationWidth: Int = 1
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.groups = groups
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideHeight = strideHeight
        self.strideWidth = strideWidth
        self.dilationHeight = dilationHeight
        self.dilationWidth = dilationWidth
    }

    /// Input channels that one output channel sees.
    package var channelsPerGroup: Int { inputChannels / groups }

    /// Elements of the weights, `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`.
    package var weightCount: Int { outputChannels * productsOfOutput }

    /// Products that are summed up for an element of the output.
    var productsOfOutput: Int { channelsPerGroup * kernelHeight * kernelWidth }
}

/// A convolution over an input of known size: the caller has resolved `auto_pad` and checked the sizes.
///
/// Padding at the bottom and right is what the output size implies; positions outside the input are zero.
package struct ConvolutionGeometry: Sendable, Hashable {
    package var batch: Int
    package var inputHeight: Int
    package var inputWidth: Int
    package var outputHeight: Int
    package var outputWidth: Int
    /// Rows of zeros above the input.
    package var padTop: Int
    /// Columns of zeros left of the input.
    package var padLeft: Int

    package init(
        batch: Int, inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int, padTop: Int = 0,
        padLeft: Int = 0
    ) {
        self.batch = batch
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.padTop = padTop
        self.padLeft = padLeft
    }

    /// Elements of one input plane.
    package var inputPlane: Int { inputHeight * inputWidth }

    /// Elements of one output plane.
    package var outputPlane: Int { outputHeight * outputWidth }
}
