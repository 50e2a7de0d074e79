package import Glibc

/// RFC 3339 times in UTC, with milliseconds: `1994-11-06T08:49:37.000Z`.
package enum Timestamp {
    /// The text of a time since 1970.
    package static func text(_ time: timespec) -> String {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let (year, month) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1)
        let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(Int(parts.tm_mday), 2))"
        let (hour, minute) = (Int(parts.tm_hour), Int(parts.tm_min))
        let clock = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(Int(parts.tm_sec), 2))"
        let milliseconds = pad(time.tv_nsec / 1_000_000, 3)
        return "\(date)T\(clock).\(milliseconds)Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
