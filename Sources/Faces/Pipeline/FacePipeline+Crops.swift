package import Imaging

extension FacePipeline {
    /// Aligned crops of faces in full detail, in order; one decode for all of them, of the part of the image
    /// that they lie in.
    package func crops(
        of faces: [DetectedFace], in source: SourceImage
    ) throws(FacesError) -> [AlignedCrop] {
        guard !faces.isEmpty else { return [] }
        let region = try region(of: faces, in: source)
        let pixels = try decode(region, of: source)
        return try crops(of: faces, from: pixels, x: region.x, y: region.y)
    }

    /// Detection and crops in one, with one reading of the file in all but the largest images. Prefer this to `detect`
    /// followed by `crops`.
    package func detectAndCrop(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [AlignedCrop] {
        let view = try detector.view(of: source)
        let faces = try detector.detect(in: view, of: source, options: options)
        return try crops(of: faces, in: view, of: source)
    }

    /// Crops of the faces that were found in a view of an image, in order.
    package func crops(
        of faces: [DetectedFace], in view: DetectionView, of source: SourceImage
    ) throws(FacesError) -> [AlignedCrop] {
        guard view.isFullDetail else { return try crops(of: faces, in: source) }
        let aligner = embedder.aligner
        var crops: [AlignedCrop] = []
        for face in faces {
            let region = try aligner.region(for: face, imageWidth: source.width, imageHeight: source.height)
            crops.append(
                try aligner.crop(face, from: view.picture.cropped(to: region), x: region.x, y: region.y))
        }
        return crops
    }

    /// An image that already is an aligned crop (`aligned=true`): its size is checked before it is decoded,
    /// the template's landmarks are taken for granted.
    package func alignedCrop(from source: SourceImage) throws(FacesError) -> AlignedCrop {
        try embedder.checkSize(width: source.width, height: source.height)
        let template = embedder.aligner.template
        let box = Box(x: 0, y: 0, width: Float(source.width), height: Float(source.height))
        do {
            return AlignedCrop(
                image: try source.decode(), face: DetectedFace(box: box, score: 1, landmarks: template),
                landmarks: template, transform: .identity)
        } catch { throw .image(error) }
    }

    private func crops(
        of faces: [DetectedFace], from pixels: Image, x: Int, y: Int
    ) throws(FacesError) -> [AlignedCrop] {
        let aligner = embedder.aligner
        var crops: [AlignedCrop] = []
        for face in faces { crops.append(try aligner.crop(face, from: pixels, x: x, y: y)) }
        return crops
    }

    /// The smallest region that holds all pixels of all crops.
    private func region(of faces: [DetectedFace], in source: SourceImage) throws(FacesError) -> PixelRegion {
        let aligner = embedder.aligner
        var (left, top, right, bottom) = (Int.max, Int.max, Int.min, Int.min)
        for face in faces {
            let part = try aligner.region(for: face, imageWidth: source.width, imageHeight: source.height)
            (left, top) = (min(left, part.x), min(top, part.y))
            (right, bottom) = (max(right, part.x + part.width), max(bottom, part.y + part.height))
        }
        return PixelRegion(x: left, y: top, width: right - left, height: bottom - top)
    }

    private func decode(_ region: PixelRegion, of source: SourceImage) throws(FacesError) -> Image {
        do { return try source.decode(region: region) } catch { throw .image(error) }
    }
}
