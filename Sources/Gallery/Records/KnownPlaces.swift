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

    /// This index in the image, or another where a face has it.
    mutating func index(preferring index: Int) -> Int {
        indices.insert(index).inserted ? index : nextIndex()
    }

    /// An index in the image that no face has.
    package mutating func nextIndex() -> Int {
        let index = (0...indices.count).first { !indices.contains($0) }!
        indices.insert(index)
        return index
    }
}

/// Sources of the faces of one call under indices in their images that are their own: of the same image
/// another request may have enrolled other faces, or these, since the indices were chosen.
struct SettledPlaces {
    private var places: [ContentHash: KnownPlaces] = [:]
    private var settled: [FaceSource: FaceSource] = [:]

    /// - Parameter known: the faces that there were of the image before the call.
    mutating func settled(
        _ source: FaceSource, _ box: FaceDetails.Box, known: () throws(GalleryError) -> [FaceRecord]
    ) throws(GalleryError) -> FaceSource {
        if let before = settled[source] { return before }
        var places: KnownPlaces
        if let of = self.places[source.hash] { places = of } else { places = KnownPlaces(try known()) }
        let index = places.take(box)?.source?.index ?? places.index(preferring: source.index)
        self.places[source.hash] = places
        let own = FaceSource(hash: source.hash, index: index)
        settled[source] = own
        return own
    }
}

extension FaceDetails.Box {
    /// Whether the boxes overlap by half, intersection over union: a detector gives none of two faces that
    /// do.
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
