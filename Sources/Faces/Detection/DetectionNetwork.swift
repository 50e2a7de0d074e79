package import Imaging

/// One pass of a detector over one canvas. `FaceDetector` is written against this, so that its passes can be
/// tested without a model.
package protocol DetectionNetwork: Sendable {
    /// The size that `detect` takes.
    var canvas: CanvasSize { get }

    /// The faces on a canvas of that size whose score is at least `minimumScore`, in canvas pixels, overlaps
    /// removed.
    func detect(on canvas: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace]

    /// By whom the network has its canvases made.
    var sharing: RowSharing { get }

    /// The same network over canvases of another size; nil where it takes none but its own.
    func resized(to canvas: CanvasSize) -> (any DetectionNetwork)?
}

extension DetectionNetwork {
    package var sharing: RowSharing { .none }

    package func resized(to canvas: CanvasSize) -> (any DetectionNetwork)? {
        canvas == self.canvas ? self : nil
    }
}
