import Encodings

/// A place in a list: the key of the last item shown. Items that come or go elsewhere move nothing.
///
/// Clients get it as opaque text and hand it back unchanged.
package struct Cursor: Hashable, Sendable {
    /// Which list it belongs to; the cursor of another is refused.
    enum List: UInt8 {
        case galleries = 1
        case identities, faces, quarantine, jobs, keys
    }

    let list: UInt8
    let key: [UInt8]

    init(_ list: List, after name: String) {
        self.list = list.rawValue
        key = Array(name.utf8)
    }

    init(_ list: List, after row: Int64) {
        self.list = list.rawValue
        key = Array(String(row).utf8)
    }

    /// Reads what `text` gave out.
    ///
    /// - Throws: `GalleryError.cursorInvalid` for anything else.
    package init(_ text: String) throws(GalleryError) {
        guard text.utf8.count <= 512, let bytes = Base64.decode(text), let list = bytes.first,
            List(rawValue: list) != nil
        else { throw .cursorInvalid }
        self.list = list
        key = Array(bytes.dropFirst())
    }

    /// Opaque text that stands in a query unescaped.
    package var text: String { Base64.encodeForURL([list] + key) }

    func name(in list: List) throws(GalleryError) -> String {
        guard self.list == list.rawValue, let name = String(validating: key, as: UTF8.self) else {
            throw .cursorInvalid
        }
        return name
    }

    func row(in list: List) throws(GalleryError) -> Int64 {
        guard let row = Int64(try name(in: list)) else { throw .cursorInvalid }
        return row
    }
}
