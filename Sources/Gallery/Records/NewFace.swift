/// A face about to be enrolled.
package struct NewFace: Sendable {
    /// Unit length, of the gallery's dimension.
    package var embedding: [Float]
    /// The raw embedding's length before it was normalised, if known.
    package var norm: Float?
    /// What makes a repetition a duplicate; `nil` and the face is always new.
    package var source: FaceSource?
    package var details: FaceDetails
    package var metadata: JSONObjectText
    /// The aligned crop as JPEG; dropped where the store keeps no crops.
    package var crop: [UInt8]?
    /// The preprocessing that the crop was cut for, where that is not the gallery's own (`StoredFace`).
    package var cropGeometry: String?

    package init(
        embedding: [Float], norm: Float? = nil, source: FaceSource? = nil, details: FaceDetails = .init(),
        metadata: JSONObjectText = .empty, crop: [UInt8]? = nil, cropGeometry: String? = nil
    ) {
        self.embedding = embedding
        self.norm = norm
        self.source = source
        self.details = details
        self.metadata = metadata
        self.crop = crop
        self.cropGeometry = cropGeometry
    }
}
