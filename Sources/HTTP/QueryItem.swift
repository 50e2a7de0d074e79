/// One `name=value` of a query, percent-decoded, `+` read as a space.
package struct QueryItem: Hashable, Sendable {
    package let name: String
    /// Empty when there was a name only (`?flag`), as when there was nothing after the sign (`?flag=`).
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
