import Encodings
import Foundation
import TestKit
import Testing

@Suite struct TimestampTests {
    @Test func `instants show as RFC 3339 in UTC`() {
        #expect(Timestamp(milliseconds: 0).rfc3339 == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: 1_709_210_096_789).rfc3339 == "2024-02-29T12:34:56.789Z")
        #expect(Timestamp(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
    }

    @Test func `RFC 3339 with offsets and fractions is read`() {
        let expected: [String: Int64] = [
            "1970-01-01T00:00:00Z": 0, "1970-01-01t00:00:00z": 0, "1970-01-01T01:00:00+01:00": 0,
            "1969-12-31T23:30:00.5-00:30": 500, "2024-02-29T12:34:56.78999999Z": 1_709_210_096_789,
            "2016-12-31T23:59:60Z": 1_483_228_800_000,
        ]
        for (text, milliseconds) in expected {
            #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds, "\(text)")
        }
    }

    @Test(arguments: [
        "", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
        "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00ZZ",
        "é970-01-01T00:00:00Z",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `random instants agree with Foundation and read back`() {
        var generator = SeededGenerator(seed: 7)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -30_000_000_000...200_000_000_000, using: &generator)
            let time = Timestamp(milliseconds: seconds * 1000)
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
            // Foundation's calendar turns Julian before 1582.
            guard seconds > -12_000_000_000 else { continue }
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(time.rfc3339 == formatter.string(from: date).replacing("Z", with: ".000Z"))
        }
    }
}
