import Encodings

/// A value on its way into a statement.
enum SQLiteValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// `NULL` for `nil`.
    static func optional(_ value: Float?) -> SQLiteValue { value.map { .real(Double($0)) } ?? .null }

    /// `NULL` for `nil`.
    static func optional(_ value: Int64?) -> SQLiteValue { value.map { .integer($0) } ?? .null }

    /// `NULL` for `nil`.
    static func optional(_ value: String?) -> SQLiteValue { value.map { .text($0) } ?? .null }

    /// `NULL` for `nil`.
    static func optional(_ value: [UInt8]?) -> SQLiteValue { value.map { .blob($0) } ?? .null }

    static func time(_ value: Timestamp) -> SQLiteValue { .integer(value.milliseconds) }

    static func id<Subject>(_ value: UniqueID<Subject>) -> SQLiteValue { .blob(value.bytes) }
}
