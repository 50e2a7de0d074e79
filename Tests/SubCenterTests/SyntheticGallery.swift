import Foundation
import SubCenter
import TestKit

/// Made-up people on the unit sphere: each has a true direction, and photographs scattered around it the way
/// embeddings of real ones are (about 40 degrees, give or take 8).
struct SyntheticGallery {
    let dimension: Int
    private var generator: SeededGenerator

    init(seed: UInt64, dimension: Int = 128) {
        generator = SeededGenerator(seed: seed)
        self.dimension = dimension
    }

    /// An even direction on the sphere.
    mutating func direction() -> [Float] { Self.unit((0..<dimension).map { _ in normal() }) }

    /// A photograph of the person at `center`.
    mutating func photograph(of center: [Float], degrees: Double = 40, deviation: Double = 8) -> [Float] {
        let angle = max(0, degrees + deviation * normal()) * .pi / 180
        return Self.at(angle: angle, from: center, toward: direction())
    }

    mutating func photographs(of center: [Float], count: Int) -> [[Float]] {
        (0..<count).map { _ in photograph(of: center) }
    }

    mutating func shuffled<T>(_ values: [T]) -> [T] { values.shuffled(using: &generator) }

    /// The unit vector at `angle` radians from `center`, in the plane that `other` spans with it.
    static func at(angle: Double, from center: [Float], toward other: [Float]) -> [Float] {
        let along = zip(center, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let across = unit(zip(center, other).map { Double($1) - along * Double($0) })
        return unit(zip(center, across).map { cos(angle) * Double($0) + sin(angle) * Double($1) })
    }

    /// The unit vector at `degrees` in the plane of the first two axes of a space of `dimension` axes.
    static func planar(_ degrees: Double, dimension: Int = 3) -> [Float] {
        let angle = degrees * .pi / 180
        return [Float(cos(angle)), Float(sin(angle))] + [Float](repeating: 0, count: dimension - 2)
    }

    static func unit(_ values: [Double]) -> [Float] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { Float($0 / length) }
    }

    private mutating func normal() -> Double {
        let radius = (-2 * log(Double.random(in: 1e-300..<1, using: &generator))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}

extension EnrolledIdentity {
    /// An identity whose faces are called `NAME/000`, `NAME/001`, ...
    init(_ name: String, _ embeddings: [[Float]]) {
        self.init(
            name: name,
            faces: embeddings.enumerated().map { index, embedding in
                EnrolledFace(
                    id: "\(name)/\(index < 1_000 ? String(1_000 + index).dropFirst() : "\(index)")",
                    embedding: embedding)
            })
    }
}

extension PurifyParameters {
    /// The defaults, with sub-centers by k-means.
    static let kmeans = PurifyParameters(method: .kmeans)
}
