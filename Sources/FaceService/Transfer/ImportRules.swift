import Faces
import Gallery
import Imaging

/// What the lines of an import into a gallery are held to.
struct ImportRules {
    let dimension: Int
    /// How crops are cut for the gallery's model; nil where it does not tell.
    let cropGeometry: CropGeometry?
    let decodeLimits: DecodeLimits

    init(_ gallery: GalleryTerms, decodeLimits: DecodeLimits) {
        dimension = gallery.model.dimension
        cropGeometry = CropGeometry(preprocessing: gallery.model.preprocessing)
        self.decodeLimits = decodeLimits
    }
}
