package import Imaging

extension FacePipeline {
    /// The faces of an image with their aligned crops, largest first.
    package func detectAndCrop(
        in source: SourceImage, options: DetectionOptions = .init()
    ) throws(FacesError) -> [AlignedCrop] {
        let picture: DecodedPicture
        do { picture = try source.decodePicture() } catch { throw .image(error) }
        return try detectAndCrop(in: picture, mayBeTurned: !source.carriesOrientation, options: options)
    }

    /// The faces of a decoded image with their aligned crops, largest first.
    package func detectAndCrop(
        in picture: DecodedPicture, mayBeTurned: Bool, options: DetectionOptions
    ) throws(FacesError) -> [AlignedCrop] {
        try crops(
            of: try detector.detect(in: picture, mayBeTurned: mayBeTurned, options: options), in: picture)
    }

    /// Aligned crops of faces of a picture, in order.
    package func crops(
        of faces: [DetectedFace], in picture: DecodedPicture
    ) throws(FacesError) -> [AlignedCrop] {
        let aligner = embedder.aligner
        var crops: [AlignedCrop] = []
        for face in faces {
            let region = try aligner.region(for: face, imageWidth: picture.width, imageHeight: picture.height)
            crops.append(
                try aligner.crop(face, from: picture.cropped(to: region), x: region.x, y: region.y))
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
}
