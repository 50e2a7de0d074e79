import Locks

/// All galleries as the search sees them.
final class LiveGalleries: Sendable {
    private struct Entry {
        let gallery: GalleryRow
        /// Nil where a write could not bring it up to date.
        let index: LiveGallery?
        /// Numbers that its row had before.
        var formerRows: Set<Int64> = []
    }

    private let galleries = Locked<[GalleryName: Entry]>([:])

    /// The gallery's index; nil where there is no such gallery, and where its index has to be read anew.
    func find(_ name: GalleryName) -> LiveGallery? { galleries.withLock { $0[name]?.index } }

    /// The gallery as the last write left it.
    ///
    /// - Throws: `galleryNotFound`.
    func row(of name: GalleryName) throws(GalleryError) -> GalleryRow {
        guard let entry = galleries.withLock({ $0[name] }) else { throw .galleryNotFound(name) }
        return entry.gallery
    }

    /// The row that `gallery`, read some time ago, has now.
    ///
    /// - Throws: `galleryNotFound` when it was deleted, also where another has its name.
    func present(_ gallery: GalleryRow) throws(GalleryError) -> GalleryRow {
        guard let entry = galleries.withLock({ $0[gallery.name] }),
            entry.gallery.row == gallery.row || entry.formerRows.contains(gallery.row)
        else { throw .galleryNotFound(gallery.name) }
        return entry.gallery
    }

    /// Adds a gallery, or another index of the one that has its name: its row may have another number then.
    func add(_ index: LiveGallery) { put(index.gallery, index) }

    /// Drops the index of a gallery, which is as `gallery` says now: one that misses a write must answer
    /// nobody.
    func expire(_ gallery: GalleryRow) { put(gallery, nil) }

    private func put(_ gallery: GalleryRow, _ index: LiveGallery?) {
        galleries.withLock { galleries in
            var entry = Entry(gallery: gallery, index: index)
            if let former = galleries[gallery.name] {
                entry.formerRows = former.formerRows.union([former.gallery.row])
            }
            galleries[gallery.name] = entry
        }
    }

    /// Frees the vectors once the searches under way are through.
    func remove(_ name: GalleryName) { galleries.withLock { $0[name] = nil } }
}
