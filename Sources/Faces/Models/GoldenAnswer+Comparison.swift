import Kernels

extension GoldenAnswer {
    /// Cosine with the golden vector from which an answer counts as the same.
    ///
    /// Engines add up in another order, which moves a cosine by less than 1e-6; a damaged weight moves it by
    /// more than this allows or by nothing that matters.
    static let leastCosine: Float = 0.9999
    /// The same where products are of eight bits: by that alone a face's vector has a cosine of 0.999 with
    /// its own in `fp32`, in few of 0.994.
    static let leastCosineOfEightBits: Float = 0.99
    /// Intersection over union of a face's box with the golden one.
    static let leastOverlap: Float = 0.95
    /// Pixels that a landmark may be away from the golden one.
    static let largestShift: Float = 1
    /// By how much a score may be another.
    static let largestScoreDifference: Float = 0.02

    /// Why the answer of a recogniser is not the golden one; nil where it is.
    static func difference(
        of vector: [Float], from golden: [Float], precision: Precision = .float32
    ) -> String? {
        let cosine = cosine(vector, golden)
        let least = precision == .int8 ? leastCosineOfEightBits : leastCosine
        guard cosine >= least else {
            return "the vector of the test face has a cosine of \(cosine) with the golden one, "
                + "\(least) is the least"
        }
        return nil
    }

    /// In double; neither need be of unit length. Not a number where either is zero.
    static func cosine(_ a: [Float], _ b: [Float]) -> Float {
        func product(_ a: [Float], _ b: [Float]) -> Double {
            zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        return Float(product(a, b) / (product(a, a) * product(b, b)).squareRoot())
    }

    /// Why the answer of a detector is not the golden one; nil where it is.
    static func difference(of faces: [DetectedFace], from golden: [DetectedFace]) -> String? {
        guard faces.count == golden.count else {
            return "\(faces.count) faces are found in the test picture instead of \(golden.count)"
        }
        for (index, expected) in golden.enumerated() {
            let closest = faces.max {
                $0.box.intersectionOverUnion(expected.box) < $1.box.intersectionOverUnion(expected.box)
            }
            guard let closest else { continue }
            if let difference = difference(of: closest, from: expected) {
                return "face \(index) of the test picture \(difference)"
            }
        }
        return nil
    }

    private static func difference(of face: DetectedFace, from golden: DetectedFace) -> String? {
        let overlap = face.box.intersectionOverUnion(golden.box)
        guard overlap >= leastOverlap else {
            return "overlaps the golden one by \(overlap), \(leastOverlap) is the least"
        }
        let shift = zip(face.landmarks, golden.landmarks).map(distance).max() ?? 0
        guard shift <= largestShift else {
            return "has a landmark \(shift) pixels from the golden one, \(largestShift) is the most"
        }
        guard abs(face.score - golden.score) <= largestScoreDifference else {
            return "has a score of \(face.score) instead of \(golden.score)"
        }
        return nil
    }

    private static func distance(_ a: Point, _ b: Point) -> Float {
        let (x, y) = (a.x - b.x, a.y - b.y)
        return (x * x + y * y).squareRoot()
    }
}
