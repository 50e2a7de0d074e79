/// Text in the database that was JSON when it was stored and is none now. What it says is personal data and
/// stays out of every message.
struct DamagedTextError: Error, CustomStringConvertible {
    var description: String { "stored JSON cannot be read: the database is damaged" }
}
