import Glibc

/// An instant, UTC, in whole milliseconds since 1970; stored as such and shown as RFC 3339.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// What RFC 3339's four-digit years can show: 0000-01-01 to 9999-12-31.
    private static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    package let milliseconds: Int64

    /// Clamped to the years 0000 to 9999.
    package init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// The system's wall clock.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// `2026-01-31T12:00:00.250Z`.
    package var rfc3339: String {
        let days = Self.floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - days * 86_400_000
        let date = Self.date(daysSince1970: days)
        return Self.padded(date.year, 4) + "-" + Self.padded(date.month, 2) + "-" + Self.padded(date.day, 2)
            + "T"
            + Self.padded(rest / 3_600_000, 2) + ":" + Self.padded(rest / 60_000 % 60, 2) + ":"
            + Self.padded(rest / 1000 % 60, 2) + "." + Self.padded(rest % 1000, 3) + "Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}

// The proleptic Gregorian calendar by eras of 400 years (146,097 days), years beginning in March.
extension Timestamp {
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Reads an RFC 3339 date-time with any offset (section 5.6), finer fractions cut to milliseconds and
    /// a leap second taken as the next second; `nil` for anything else.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T", "t", " "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"),
            let second = reader.number(2), let fraction = reader.milliseconds(), let offset = reader.offset(),
            reader.isAtEnd
        else { return nil }
        guard (1...12).contains(month), day >= 1, hour < 24, minute < 60, second <= 60 else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        guard Self.date(daysSince1970: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    private struct DigitReader {
        private var rest: Substring.UTF8View

        init(_ text: String.UTF8View) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ options: Unicode.Scalar...) -> Bool {
            guard let first = rest.first, options.contains(Unicode.Scalar(first)) else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func digit() -> Int64? {
            guard let first = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
                return nil
            }
            rest = rest.dropFirst()
            return Int64(first - UInt8(ascii: "0"))
        }

        mutating func number(_ digits: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<digits {
                guard let next = digit() else { return nil }
                value = value * 10 + next
            }
            return value
        }

        mutating func milliseconds() -> Int64? {
            guard take(".") else { return 0 }
            guard var value = digit() else { return nil }
            value *= 100
            var weight: Int64 = 10
            while let next = digit() {
                value += next * weight
                weight /= 10
            }
            return value
        }

        /// Minutes east of UTC.
        mutating func offset() -> Int64? {
            if take("Z", "z") { return 0 }
            let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
            guard take("+", "-"), let hours = number(2), take(":"), let minutes = number(2),
                hours < 24, minutes < 60
            else { return nil }
            return sign * (hours * 60 + minutes)
        }
    }
}
