package import Kernels

/// Turns the output tensors of a detection network into candidate faces.
package protocol DetectorDecoder: Sendable {
    /// Faces with at least `minimumScore`, in canvas pixels, overlaps not yet removed. Candidates with a
    /// number that is not finite or a box without area are left out.
    ///
    /// Throws a reason when the tensors are not of the layout, for the canvas's size.
    func decode(
        _ outputs: [Tensor], canvas: CanvasSize, minimumScore: Float
    ) throws(DetectorLayoutMismatch) -> [DetectedFace]
}

/// What about a detector's outputs is not as its layout says.
package struct DetectorLayoutMismatch: Error, Sendable, Equatable {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}
