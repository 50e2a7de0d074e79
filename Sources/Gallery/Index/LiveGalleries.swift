import Locks

/// All galleries as the search sees them.
final class LiveGalleries: Sendable {
    private struct Entry {
        let gallery: LiveGallery
        /// Numbers that its row had before.
        var formerRows: Set<Int64> = []
    }

    private let galleries = Locked<[GalleryName: Entry]>([:])

    func find(_ name: GalleryName) throws(GalleryError) -> LiveGallery {
        guard let entry = galleries.withLock({ $0[name] }) else { throw .galleryNotFound(name) }
        return entry.gallery
    }

    /// The row that `gallery`, read some time ago, has now.
    ///
    /// - Throws: `galleryNotFound` when it was deleted, also where another has its name.
    func present(_ gallery: GalleryRow) throws(GalleryError) -> GalleryRow {
        guard let entry = galleries.withLock({ $0[gallery.name] }),
            entry.gallery.gallery.row == gallery.row || entry.formerRows.contains(gallery.row)
        else { throw .galleryNotFound(gallery.name) }
        return entry.gallery.gallery
    }

    /// Adds a gallery, or another index of the one that has its name: its row may have another number then.
    func add(_ gallery: LiveGallery) {
        let name = gallery.gallery.name
        galleries.withLock { galleries in
            var entry = Entry(gallery: gallery)
            if let former = galleries[name] {
                entry.formerRows = former.formerRows.union([former.gallery.gallery.row])
            }
            galleries[name] = entry
        }
    }

    /// Frees the vectors once the searches under way are through.
    func remove(_ name: GalleryName) { galleries.withLock { $0[name] = nil } }

    var all: [LiveGallery] { galleries.withLock { $0.values.map(\.gallery) } }
}
