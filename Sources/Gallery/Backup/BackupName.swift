import Encodings

/// The name of a backup: `arcface-20261127T114005Z.sqlite` for the time of its snapshot, in UTC, and
/// `arcface-20261127T114005Z-2.sqlite` for the second one of the same second.
///
/// No file of another name is ever taken for a backup.
struct BackupName: Hashable, Comparable {
    private static let prefix = "arcface-"
    private static let suffix = ".sqlite"
    /// What follows the name of a copy that is not whole.
    private static let passing = ".partial"

    /// Whole seconds.
    let time: Timestamp
    /// From 1.
    let number: Int

    init(time: Timestamp, number: Int) {
        self.time = Timestamp(milliseconds: time.milliseconds - (time.milliseconds % 1000 + 1000) % 1000)
        self.number = number
    }

    /// Reads what `text` writes and nothing else.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.hasSuffix(Self.suffix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).dropLast(Self.suffix.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let time = Self.time(Array(parts[0])) else { return nil }
        guard let number = parts.count == 1 ? 1 : Int(parts[1]) else { return nil }
        self.init(time: time, number: number)
        // Zeros in front, a sign, a first one that says so: written otherwise, so not by us.
        guard number > 0, self.text == text else { return nil }
    }

    var text: String {
        Self.prefix + Self.stamp(of: time) + (number == 1 ? "" : "-\(number)") + Self.suffix
    }

    /// The name of the copy until it is whole.
    var passingText: String { text + Self.passing }

    /// Whether a file was a copy in the making, or SQLite's journal of one.
    static func isPassing(_ text: String) -> Bool {
        guard let end = text.firstRange(of: passing) else { return false }
        let rest = text[end.upperBound...]
        return ["", "-journal", "-wal", "-shm"].contains(rest)
            && BackupName(String(text[..<end.lowerBound])) != nil
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.time.milliseconds, left.number) < (right.time.milliseconds, right.number)
    }

    /// `20261127T114005Z`: `2026-11-27T11:40:05.000Z` without its marks and its fraction.
    static func stamp(of time: Timestamp) -> String {
        time.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// The time of `20261127T114005Z`.
    private static func time(_ stamp: [Character]) -> Timestamp? {
        guard stamp.count == 16 else { return nil }
        let parts = [0..<4, 4..<6, 6..<11, 11..<13, 13..<16].map { String(stamp[$0]) }
        return Timestamp(rfc3339: "\(parts[0])-\(parts[1])-\(parts[2]):\(parts[3]):\(parts[4])")
    }
}
