import Faces
import Gallery

/// The faces that an identity has of one image already, by where in it they are.
struct KnownPlaces {
    /// Boxes that overlap so far, intersection over union, are of one face: a detector gives none that do.
    private static let sameFace: Float = 0.5

    private var known: [FaceRecord]
    private var indices: Set<Int>

    /// - Parameter known: by their index in the image.
    init(_ known: [FaceRecord]) {
        self.known = known
        indices = Set(known.compactMap(\.source?.index))
    }

    /// The known face at that place, which is nobody else's then.
    mutating func take(_ box: Box) -> FaceRecord? {
        let found = known.firstIndex { record in
            record.details.box.map { box.intersectionOverUnion(Box($0)) >= Self.sameFace } ?? false
        }
        return found.map { known.remove(at: $0) }
    }

    /// An index in the image that no face has.
    mutating func nextIndex() -> Int {
        let index = (0...indices.count).first { !indices.contains($0) }!
        indices.insert(index)
        return index
    }
}

extension Box {
    fileprivate init(_ box: FaceDetails.Box) {
        self.init(x: box.x, y: box.y, width: box.width, height: box.height)
    }
}
