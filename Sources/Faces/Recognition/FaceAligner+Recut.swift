package import Imaging

/// Crops of one network made into crops of another, without the photographs that they came from.
extension FaceAligner {
    /// Whether a crop of `geometry` shows all that a crop of this aligner shows.
    ///
    /// A crop of 112x112 holds one of 96x112 (the same template moved by 8 pixels); the other way round two
    /// bands at the sides are missing. Half a pixel at the edge is let pass.
    package func isCovered(by geometry: CropGeometry) throws(FacesError) -> Bool {
        guard !isEqual(to: geometry) else { return true }
        let back = try transform(from: geometry).inverse
        let corners = [
            Point(x: 0, y: 0), Point(x: Float(width - 1), y: 0), Point(x: 0, y: Float(height - 1)),
            Point(x: Float(width - 1), y: Float(height - 1)),
        ]
        return corners.map(back.apply).allSatisfy { corner in
            corner.x >= -Self.slack && corner.x <= Float(geometry.width - 1) + Self.slack
                && corner.y >= -Self.slack && corner.y <= Float(geometry.height - 1) + Self.slack
        }
    }

    /// A crop of `geometry` cut anew for this aligner; what it does not hold is black. Traps unless `image`
    /// has the geometry's size.
    package func recut(_ image: Image, from geometry: CropGeometry) throws(FacesError) -> AlignedCrop {
        precondition(image.width == geometry.width && image.height == geometry.height)
        let box = Box(x: 0, y: 0, width: Float(image.width), height: Float(image.height))
        let face = DetectedFace(box: box, score: 1, landmarks: geometry.template)
        // Equal geometry keeps every pixel as it is: no rounding of a transform that is nearly the identity.
        guard !isEqual(to: geometry) else {
            return AlignedCrop(image: image, face: face, landmarks: template, transform: .identity)
        }
        return try crop(face, from: image)
    }

    private func isEqual(to geometry: CropGeometry) -> Bool {
        geometry == CropGeometry(width: width, height: height, template: template)
    }

    private func transform(from geometry: CropGeometry) throws(FacesError) -> SimilarityTransform {
        try SimilarityTransform.fitting(geometry.template, to: template)
    }

    /// Pixels.
    private static let slack: Float = 0.5
}
