package import Encodings
import Gallery

/// A page of a list: `{"<name>":[...],"next":cursor or null}`.
package struct ListAnswer<Item: JSONRepresentable>: JSONRepresentable {
    package let name: String
    package let items: [Item]
    /// The cursor of the next page; nil on the last.
    package let next: String?

    init<Record>(_ name: String, _ page: Page<Record>, _ item: (Record) throws -> Item) rethrows {
        self.name = name
        items = try page.items.map(item)
        next = page.next?.text
    }

    package var json: JSONValue {
        .object(
            JSONObject([
                .init(key: name, value: items.json),
                .init(key: "next", value: next.map { .string($0) } ?? .null),
            ]))
    }
}
