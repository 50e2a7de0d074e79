import Foundation
import Kernels

/// Some identities trained against one another: their sub-centers, row after row, and photographs to learn
/// from.
package struct TrainingBlock {
    /// Of length 1, row after row.
    package private(set) var centers: [Float]
    private(set) var velocity: [Float]
    /// The loss of the photographs seen, in all.
    package private(set) var loss = 0.0
    /// Where each identity's rows begin, and the end.
    private let offsets: [Int]
    private let dimension: Int

    /// - Parameters:
    ///   - centers: one set of unit vectors an identity, none empty.
    ///   - velocity: as many vectors, from the step before.
    package init(centers: [VectorSet], velocity: [VectorSet], dimension: Int) {
        self.dimension = dimension
        self.centers = centers.flatMap(\.values)
        self.velocity = velocity.flatMap(\.values)
        offsets = centers.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }

    /// One step on `photographs` of the identities `labels`: the mean loss's gradient, times the number of
    /// identities, so that a step is as long in a small gallery as in a large one.
    package mutating func step(
        _ photographs: VectorSet, labels: [Int], _ training: SubCenterTraining, rate: Double
    ) {
        let rows = offsets.last ?? 0
        let cosines = product(photographs, rows)
        let (slopes, pulls) = slopes(cosines, labels, training.loss)
        let gradient = gradient(slopes, photographs, rows)
        let weight = Double(offsets.count - 1) / Double(labels.count)
        for row in 0..<rows {
            let range = row * dimension..<(row + 1) * dimension
            for index in range {
                // The gradient across the sphere: what points along the center would only change its length.
                let across = Double(gradient[index]) - pulls[row] * Double(centers[index])
                velocity[index] = Float(training.momentum * Double(velocity[index]) + weight * across)
                centers[index] -= Float(rate) * velocity[index]
            }
            if let unit = Sphere.normalised(Array(centers[range])) {
                centers.replaceSubrange(range, with: unit)
            }
        }
    }

    /// The rows of identity `index`.
    func rows(_ index: Int, of values: [Float]) -> VectorSet {
        var result = VectorSet(dimension: dimension, capacity: offsets[index + 1] - offsets[index])
        for row in offsets[index]..<offsets[index + 1] {
            result.append(values[row * dimension..<(row + 1) * dimension])
        }
        return result
    }

    /// The derivatives by every cosine, and for each row the sum of derivative times cosine.
    private mutating func slopes(
        _ cosines: [Float], _ labels: [Int], _ loss: SubCenterLoss
    ) -> (slopes: [Float], pulls: [Double]) {
        let rows = offsets.last ?? 0
        var slopes = [Float](repeating: 0, count: cosines.count)
        var pulls = [Double](repeating: 0, count: rows)
        cosines.withUnsafeBufferPointer { cosines in
            for (photograph, label) in labels.enumerated() {
                let line = UnsafeBufferPointer(
                    rebasing: cosines[photograph * rows..<(photograph + 1) * rows])
                let winners = SubCenterLoss.winners(line, offsets: offsets)
                let (value, gradient) = loss.evaluate(
                    winnerCosines: winners.map { Double(line[$0]) }, label: label)
                self.loss += value
                for (winner, slope) in zip(winners, gradient) {
                    slopes[photograph * rows + winner] = Float(slope)
                    pulls[winner] += slope * Double(line[winner])
                }
            }
        }
        return (slopes, pulls)
    }

    private func product(_ photographs: VectorSet, _ rows: Int) -> [Float] {
        var result = [Float](repeating: 0, count: photographs.count * rows)
        photographs.values.withUnsafeBufferPointer { a in
            centers.withUnsafeBufferPointer { b in
                result.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    BLAS.gemm(
                        transposeB: true, m: photographs.count, n: rows, k: dimension, a: a, lda: dimension,
                        b: b, ldb: dimension, c: c, ldc: rows)
                }
            }
        }
        return result
    }

    private func gradient(_ slopes: [Float], _ photographs: VectorSet, _ rows: Int) -> [Float] {
        var result = [Float](repeating: 0, count: rows * dimension)
        slopes.withUnsafeBufferPointer { a in
            photographs.values.withUnsafeBufferPointer { b in
                result.withUnsafeMutableBufferPointer { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    BLAS.gemm(
                        transposeA: true, m: rows, n: dimension, k: photographs.count, a: a, lda: rows, b: b,
                        ldb: dimension, c: c, ldc: dimension)
                }
            }
        }
        return result
    }
}
