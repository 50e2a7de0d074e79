/// The faces that an identity has of one image already, by where in it they are.
package struct KnownPlaces {
    private var known: [FaceRecord]
    private var indices: Set<Int>

    /// - Parameter known: by their index in the image.
    package init(_ known: [FaceRecord]) {
        self.known = known
        indices = Set(known.compactMap(\.source?.index))
    }

    /// The known face at that place, which is nobody else's then.
    package mutating func take(_ box: FaceDetails.Box) -> FaceRecord? {
        let found = known.firstIndex { $0.details.box?.isOfSameFace(as: box) ?? false }
        return found.map { known.remove(at: $0) }
    }

    /// An index in the image that no face has.
    package mutating func nextIndex() -> Int {
        let index = (0...indices.count).first { !indices.contains($0) }!
        indices.insert(index)
        return index
    }
}

extension FaceDetails.Box {
    /// Whether the boxes overlap by half, intersection over union: a detector gives none of two faces that do.
    fileprivate func isOfSameFace(as other: Self) -> Bool {
        let (across, down) = (
            min(x + width, other.x + other.width) - max(x, other.x),
            min(y + height, other.y + other.height) - max(y, other.y)
        )
        guard across > 0, down > 0 else { return false }
        let common = across * down
        return common >= 0.5 * (width * height + other.width * other.height - common)
    }
}
