import Encodings
import Gallery

extension JSONObjectText {
    /// The object as a value; it was checked when it was stored, so what throws is a damaged database.
    func storedValue() throws(DamagedTextError) -> JSONValue {
        do { return try value() } catch { throw DamagedTextError() }
    }
}

extension Timestamp {
    var json: JSONValue { .string(rfc3339) }
}
