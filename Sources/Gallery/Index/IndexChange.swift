/// What a write means for the search index once it is committed.
enum IndexChange: Sendable {
    case addGallery(GalleryRow)
    case removeGallery(GalleryName)
    /// Everything about it is new: read it from the database, then let it take the old one's place.
    case replaceGallery(GalleryRow)
    /// Its index was made beforehand.
    case show(LiveGallery)
    case insert([SearchedFace], gallery: GalleryName)
    case remove(rows: [Int64], gallery: GalleryName)
    /// Searched faces that belong to another identity now.
    case reassign(rows: [Int64], to: Int64, IdentityName, gallery: GalleryName)
    case rename(identity: Int64, to: IdentityName, gallery: GalleryName)
    case forget(identity: Int64, gallery: GalleryName)
    /// Too many to carry: read the faces past this row back from the database.
    case load(after: Int64, gallery: GalleryRow)
}
