/// One page of a list.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Where the next page starts; `nil` on the last.
    package let next: Cursor?
}

/// Which page of a list is wanted.
package struct PageRequest: Sendable {
    /// Items a page that asks for no number.
    package static let defaultLimit = 100
    /// The most items a page: bounds the memory of one answer.
    package static let maximumLimit = 1000

    let limit: Int
    let cursor: Cursor?

    /// The first page.
    package static let first = PageRequest(checkedLimit: defaultLimit, cursor: nil)

    /// - Throws: `GalleryError.limitInvalid` unless `limit` is within 1 and `maximumLimit`.
    package init(limit: Int = defaultLimit, after cursor: Cursor? = nil) throws(GalleryError) {
        guard (1...Self.maximumLimit).contains(limit) else {
            throw .limitInvalid(given: limit, allowed: 1...Self.maximumLimit)
        }
        self.init(checkedLimit: limit, cursor: cursor)
    }

    private init(checkedLimit: Int, cursor: Cursor?) {
        limit = checkedLimit
        self.cursor = cursor
    }
}

extension PageRequest {
    /// One more than is shown: whether it is there tells whether a page follows.
    var lookahead: Int64 { Int64(limit) + 1 }

    /// The page from up to `lookahead` items.
    func cut<Item: Sendable>(_ found: [Item], _ cursor: (Item) -> Cursor) -> Page<Item> {
        guard found.count > limit else { return Page(items: found, next: nil) }
        return Page(items: Array(found[..<limit]), next: cursor(found[limit - 1]))
    }
}

extension Page {
    /// The same page of what `transform` makes of its items.
    package func map<Other: Sendable>(_ transform: (Item) -> Other) -> Page<Other> {
        Page<Other>(items: items.map(transform), next: next)
    }
}
