package import Imaging

/// Turns, scales and moves faces onto a recogniser's template.
package struct FaceAligner: Sendable {
    /// Five points in pixels of the crop.
    package let template: [Point]
    package let width: Int
    package let height: Int

    package init(template: [Point], width: Int, height: Int) {
        self.template = template
        self.width = width
        self.height = height
    }

    /// Upright source pixels -> pixels of the crop. Throws `landmarksDegenerate`.
    package func transform(for face: DetectedFace) throws(FacesError) -> SimilarityTransform {
        try SimilarityTransform.fitting(face.landmarks, to: template)
    }

    /// The source pixels that the crop of a face is made of, clipped to an image of `imageWidth` by
    /// `imageHeight`.
    ///
    /// Throws `landmarksDegenerate` when none of them lies on the image.
    package func region(
        for face: DetectedFace, imageWidth: Int, imageHeight: Int
    ) throws(FacesError) -> PixelRegion {
        try region(of: try transform(for: face), width: imageWidth, height: imageHeight)
    }

    /// The crop of a face from `pixels`, the part of the upright image whose top left corner is (`x`, `y`).
    ///
    /// Bilinear sampling, black outside. A face of twice the template's size or more is first averaged down
    /// by a whole factor: bilinear sampling reads four pixels only and would turn the detail between them
    /// into noise.
    package func crop(
        _ face: DetectedFace, from pixels: Image, x: Int = 0, y: Int = 0
    ) throws(FacesError) -> AlignedCrop {
        let transform = try transform(for: face)
        let factor = Self.reduction(transform)
        let image: Image
        if factor < 2 {
            let shift = SimilarityTransform(a: 1, b: 0, tx: Double(x), ty: Double(y))
            image = warp(pixels, by: transform.after(shift))
        } else {
            image = try reducedCrop(face, from: pixels, x: x, y: y, transform: transform, factor: factor)
        }
        return AlignedCrop(
            image: image, face: face, landmarks: face.landmarks.map(transform.apply), transform: transform)
    }

    /// Only the face's own part of `pixels` is averaged: there may be many faces in it.
    private func reducedCrop(
        _ face: DetectedFace, from pixels: Image, x: Int, y: Int, transform: SimilarityTransform, factor: Int
    ) throws(FacesError) -> Image {
        let shift = SimilarityTransform(a: 1, b: 0, tx: Double(x), ty: Double(y))
        let region = try region(of: transform.after(shift), width: pixels.width, height: pixels.height)
        // The centre of a block of n pixels lies (n - 1) / 2 to the right of its first pixel's centre.
        let centre = Double(factor - 1) / 2
        let grow = SimilarityTransform(
            a: Double(factor), b: 0, tx: Double(x + region.x) + centre, ty: Double(y + region.y) + centre)
        return warp(pixels.cropped(to: region).averaged(by: factor), by: transform.after(grow))
    }

    /// What a crop reads of an image, with the whole blocks that are averaged at its edge.
    private func region(
        of transform: SimilarityTransform, width imageWidth: Int, height imageHeight: Int
    ) throws(FacesError) -> PixelRegion {
        let margin = Self.reduction(transform)
        guard let core = AffineTransform(transform).sourceRegion(width: width, height: height),
            let region = PixelRegion(
                x: core.x - margin, y: core.y - margin, width: core.width + 2 * margin,
                height: core.height + 2 * margin
            ).clipped(toWidth: imageWidth, height: imageHeight)
        else { throw .landmarksDegenerate(reason: "the face lies outside the image") }
        return region
    }

    /// How many source pixels are averaged each way into one before sampling.
    private static func reduction(_ transform: SimilarityTransform) -> Int {
        Int(min(1 / transform.scale, largestReduction))
    }

    private func warp(_ image: Image, by transform: SimilarityTransform) -> Image {
        image.warped(by: AffineTransform(transform), width: width, height: height)
    }

    /// A face 64 times the template is larger than any image that is decoded.
    private static let largestReduction = 64.0
}

extension AffineTransform {
    /// The 2x3 matrix of a similarity.
    package init(_ s: SimilarityTransform) {
        self.init(a: s.a, b: -s.b, tx: s.tx, c: s.b, d: s.a, ty: s.ty)
    }
}
