/// ONNX `Resize` (opset 10 to 19) and `Upsample` for an input of known shape; float32, any rank.
package struct Resize: Sendable {
    /// How elements between the samples come about.
    package enum Mode: Sendable, Hashable { case nearest(Rounding), linear, cubic(coefficient: Float) }

    /// `nearest_mode`.
    package enum Rounding: Sendable, Hashable, CaseIterable { case preferFloor, preferCeil, floor, ceil }

    /// `coordinate_transformation_mode`.
    package enum Coordinates: Sendable, Hashable, CaseIterable {
        case asymmetric, alignCorners, halfPixel, pytorchHalfPixel, halfPixelSymmetric, tfCropAndResize
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

    package let inputShape: [Int]
    package let outputShape: [Int]

    /// - Parameters:
    ///   - scales: one an axis, output over input; nil to derive them from the shapes, as `sizes` does.
    ///   - regionOfInterest: starts then ends, one an axis each, normalised; for `tfCropAndResize`.
    ///
    /// Throws `geometryInvalid` for ranks that differ, scales that are not positive and finite, and outputs from
    /// empty inputs.
    package init(
        inputShape: [Int], outputShape: [Int], scales: [Float]? = nil, regionOfInterest: [Float] = [],
        options: Options
    ) throws(KernelError) { fatalError("to come") }

    /// Bytes of scratch `run` needs; may be 0.
    package var scratchBytes: Int { fatalError("to come") }

    /// `output` is apart from the input.
    package func run(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?,
        pool: WorkerPool
    ) { fatalError("to come") }
}
