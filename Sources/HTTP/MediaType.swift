/// A media type (RFC 9110, 8.3.1): `type/subtype; name=value`.
package struct MediaType: Hashable, Sendable {
    /// Lower case.
    package let type: String
    /// Lower case.
    package let subtype: String
    /// Names in lower case, values as sent and unquoted; in order.
    package let parameters: [Parameter]

    /// One parameter of a media type.
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// `type/subtype` without parameters.
    package var essence: String { "\(type)/\(subtype)" }

    /// The value of the first parameter called `name` (given in lower case).
    package func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}
