import Locks

/// All galleries as the search sees them.
final class LiveGalleries: Sendable {
    private let galleries = Locked<[GalleryName: LiveGallery]>([:])

    func find(_ name: GalleryName) throws(GalleryError) -> LiveGallery {
        guard let gallery = galleries.withLock({ $0[name] }) else { throw .galleryNotFound(name) }
        return gallery
    }

    func add(_ gallery: LiveGallery) { galleries.withLock { $0[gallery.gallery.name] = gallery } }

    /// Frees the vectors once the searches under way are through.
    func remove(_ name: GalleryName) { galleries.withLock { $0[name] = nil } }

    var all: [LiveGallery] { galleries.withLock { Array($0.values) } }
}
