extension FaceDetector {
    /// Runs the network twice on a synthetic picture, every cell a candidate: its outputs must have the
    /// layout's shapes, some finite numbers, and be the same both times.
    package func selfTest() throws(FacesError) {
        let picture = SyntheticPicture.waves(width: canvas.width, height: canvas.height, phase: 0)
        let first = try network.detect(on: picture, minimumScore: 0)
        guard !first.isEmpty else {
            throw .selfTestFailed(model: manifest.name, reason: "none of its numbers is finite")
        }
        guard try network.detect(on: picture, minimumScore: 0) == first else {
            throw .selfTestFailed(model: manifest.name, reason: "the same picture gave different faces")
        }
    }
}
