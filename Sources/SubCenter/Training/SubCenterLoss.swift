import Foundation

/// Sub-center margin loss of one face: the cross entropy of scaled cosines, a class's cosine being the
/// greatest of its sub-centers'. With one sub-center a class these are the ordinary softmax, CosFace and
/// ArcFace losses.
package struct SubCenterLoss: Sendable, Equatable {
    package let margin: MarginFunction
    package let scale: Double

    package init(margin: MarginFunction = .arcFace(margin: 0.5), scale: Double = 64) {
        (self.margin, self.scale) = (margin, scale)
    }

    /// Which sub-center stands for each class: that of the greatest cosine, the first of equals.
    ///
    /// - Parameters:
    ///   - cosines: of the face to every sub-center, class after class.
    ///   - offsets: where each class begins, and the end; no class is empty.
    package static func winners(_ cosines: UnsafeBufferPointer<Float>, offsets: [Int]) -> [Int] {
        (0..<offsets.count - 1).map { index in
            var best = offsets[index]
            for center in offsets[index]..<offsets[index + 1] where cosines[center] > cosines[best] {
                best = center
            }
            return best
        }
    }

    /// The loss of a face of class `label`, and its derivative by each winner's cosine. The other
    /// sub-centers' derivatives are 0.
    package func evaluate(winnerCosines: [Double], label: Int) -> (loss: Double, gradient: [Double]) {
        var logits = winnerCosines.map { scale * $0 }
        logits[label] = scale * margin.value(winnerCosines[label])
        let top = logits.max() ?? 0
        let weights = logits.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        var gradient = weights.map { scale * $0 / total }
        gradient[label] = (gradient[label] - scale) * margin.slope(winnerCosines[label])
        return (log(total) + top - logits[label], gradient)
    }

    /// The derivative of a loss by the face's vector and by each sub-center's, from those by the cosines.
    /// Neither needs to have length 1: the cosine is that of their directions.
    package static func gradients(
        face: [Double], centers: [[Double]], byCosine: [Double]
    ) -> (face: [Double], centers: [[Double]]) {
        let length = norm(face)
        let unit = face.map { $0 / length }
        var byFace = [Double](repeating: 0, count: face.count)
        let byCenters = zip(centers, byCosine).map { center, slope in
            let centerLength = norm(center)
            let direction = center.map { $0 / centerLength }
            let cosine = zip(unit, direction).reduce(0) { $0 + $1.0 * $1.1 }
            for index in face.indices {
                byFace[index] += slope * (direction[index] - cosine * unit[index]) / length
            }
            return face.indices.map { slope * (unit[$0] - cosine * direction[$0]) / centerLength }
        }
        return (byFace, byCenters)
    }

    private static func norm(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
