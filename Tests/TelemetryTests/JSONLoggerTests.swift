import Locks
import Telemetry
import Testing

/// Lines that a logger wrote.
private final class Lines: Sendable {
    private let all = Locked<[String]>([])
    var text: [String] { all.withLock { $0 } }
    func logger(_ level: LogLevel = .info) -> JSONLogger {
        JSONLogger(
            level: level,
            destination: .custom { line in
                self.all.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            },
            fixedTime: 784_111_777, milliseconds: 42)
    }
}

@Suite struct JSONLoggerTests {
    @Test func `an event is one line with its fields in order`() {
        let lines = Lines()
        lines.logger().log(
            .warning, "request",
            ["id": "a", "count": 3, "ratio": 0.5, "ok": true, "none": .null, "bad": .double(.infinity)])
        #expect(
            lines.text == [
                #"{"time":"1994-11-06T08:49:37.042Z","level":"warning","event":"request","id":"a","count":3,"ratio":0.5,"ok":true,"none":null,"bad":null}"#
                    + "\n"
            ])
    }

    @Test func `every control byte, quote and backslash is escaped`() {
        let lines = Lines()
        let nasty =
            String(String.UnicodeScalarView((0..<0x80).map { Unicode.Scalar(UInt8($0)) })) + "é😀\u{2028}"
        lines.logger().log(.info, nasty)
        let line = lines.text[0]
        #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(
            line.contains(#"\u0000\u0001"#) && line.contains(##"\u001f !\"#"##) && line.contains(#"[\\]"#))
        #expect(line.contains("é😀"))
        #expect(line.filter { $0 == "\n" }.count == 1)
    }

    @Test func `events under the level are dropped`() {
        let lines = Lines()
        let logger = lines.logger(.warning)
        for level in LogLevel.allCases { logger.log(level, level.rawValue) }
        #expect(lines.text.count == 2)
    }
}
