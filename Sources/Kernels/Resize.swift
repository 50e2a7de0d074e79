/// ONNX `Resize` (opset 10 to 19) and `Upsample` for an input of known shape; float32, any rank.
package struct Resize: Sendable {
    /// How elements between the samples come about.
    package enum Mode: Sendable, Hashable { case nearest(Rounding), linear, cubic(coefficient: Float) }

    /// `nearest_mode`.
    package enum Rounding: Sendable, Hashable, CaseIterable { case preferFloor, preferCeil, floor, ceil }

    /// `coordinate_transformation_mode`.
    package enum Coordinates: Sendable, Hashable, CaseIterable {
        case asymmetric, alignCorners, halfPixel, pytorchHalfPixel, halfPixelSymmetric, tfCropAndResize,
            tfHalfPixelForNearest
    }

    /// All that the operator's attributes say.
    package struct Options: Sendable, Hashable {
        package var mode: Mode
        package var coordinates: Coordinates
        /// Cubic weights outside the input are zeroed and the rest scaled to one.
        package var excludesOutside: Bool
        /// What `tfCropAndResize` writes outside the input.
        package var extrapolationValue: Float

        package init(
            mode: Mode, coordinates: Coordinates, excludesOutside: Bool = false, extrapolationValue: Float = 0
        ) {
            self.mode = mode
            self.coordinates = coordinates
            self.excludesOutside = excludesOutside
            self.extrapolationValue = extrapolationValue
        }
    }

    /// Places that a resized axis may have: each has a table entry, and a file asks for any number in a few
    /// bytes.
    package static let maximumExtent = 1 << 22

    package let inputShape: [Int]
    package let outputShape: [Int]

    let options: Options

    /// One an axis.
    let axes: [ResizeAxis]

    let passes: [ResizePass]

    /// Plans the resize. The caller has checked that an output of that shape may be had.
    ///
    /// - Parameters:
    ///   - scales: one an axis, output over input; nil to derive them from the shapes, as `sizes` does.
    ///   - regionOfInterest: starts then ends, one an axis each, normalised; for `tfCropAndResize`.
    ///
    /// Throws `geometryInvalid` for ranks that differ, scales that are not positive and finite, outputs from
    /// empty inputs, and axes over `maximumExtent`.
    package init(
        inputShape: [Int], outputShape: [Int], scales: [Float]? = nil, regionOfInterest: [Float] = [],
        options: Options
    ) throws(KernelError) {
        let rank = inputShape.count
        guard outputShape.count == rank, scales.map({ $0.count == rank }) ?? true else {
            throw .geometryInvalid("a resize of \(inputShape) to \(outputShape): the ranks differ")
        }
        let crops = options.coordinates == .tfCropAndResize
        guard !crops || regionOfInterest.count == 2 * rank else {
            throw .geometryInvalid("\(regionOfInterest.count) bounds of a region, rank \(rank)")
        }
        var axes: [ResizeAxis] = []
        for axis in 0..<rank {
            let (input, output) = (inputShape[axis], outputShape[axis])
            guard output >= 0, input > 0 || output == 0 else {
                throw .geometryInvalid("a resize of \(inputShape) to \(outputShape)")
            }
            guard output <= Resize.maximumExtent else {
                throw .geometryInvalid("an axis of \(output) places is over \(Resize.maximumExtent)")
            }
            let scale = scales?[axis] ?? (input == 0 ? 1 : Float(output) / Float(input))
            guard scale.isFinite, scale > 0 || output == 0 else {
                throw .geometryInvalid("a scale of \(scale)")
            }
            let region = crops ? (regionOfInterest[axis], regionOfInterest[rank + axis]) : (0, 1)
            guard region.0.isFinite, region.1.isFinite else {
                throw .geometryInvalid("a region of \(region)")
            }
            axes.append(
                ResizeAxis(input: input, output: output, scale: scale, region: region, options: options))
        }
        (self.inputShape, self.outputShape, self.options, self.axes) = (
            inputShape, outputShape, options, axes
        )
        passes = ResizePass.plan(axes, inputShape)
    }
}
