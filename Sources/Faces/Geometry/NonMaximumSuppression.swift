/// Greedy non-maximum suppression.
package enum NonMaximumSuppression {
    /// At most this many of the best candidates are looked at, as in OpenCV's face detector: with a very low
    /// score limit every cell of a network is a candidate.
    package static let candidateLimit = 5_000

    /// The faces that no better one overlaps by more than `maximumOverlap` (IoU), best score first.
    ///
    /// Equal scores keep their order. Takes time in proportion to candidates times survivors.
    package static func apply(_ faces: [DetectedFace], maximumOverlap: Float) -> [DetectedFace] {
        let order = faces.indices.sorted {
            (faces[$0].score, $1) > (faces[$1].score, $0)
        }
        var kept: [DetectedFace] = []
        for index in order.prefix(candidateLimit) {
            let face = faces[index]
            if kept.allSatisfy({ $0.box.intersectionOverUnion(face.box) <= maximumOverlap }) {
                kept.append(face)
            }
        }
        return kept
    }
}
