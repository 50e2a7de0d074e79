import Encodings
import TestKit
import Testing

struct JSONParserTests {
    private func parse(_ text: String, _ dialect: JSONParser.Dialect = .json) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8), dialect: dialect)
    }

    @Test func `values of every kind are read`() throws {
        let value = try parse(
            #" {"a": [1, -2.5, 1e3, true, false, null, "x\n\u00e9\ud83d\ude00\/"], "b": {}} "#)
        #expect(
            value["a"]?.arrayValue == [
                .integer(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null,
                .string("x\né😀/"),
            ])
        #expect(value["b"] == .object([:]))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "tru",
        "nul",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "{\"a\"}",
        "[1 2]",
        "{\"a\":1 \"b\":2}", "// c\n1", "NaN", "Infinity", "1e999", "--1", "{\"a\":1,\"a\":2}", "[", "]",
        "\\",
    ])
    func `text that is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test func `an error tells line and offset`() {
        let error = #expect(throws: JSONError.self) { try parse("{\n\"abc\": x}") }
        #expect(error?.offset == 9 && error?.line == 2 && error?.reason == "not a JSON value")
    }

    /// By the text that is written: as numbers they may be equal.
    @Test(arguments: [
        ("12345678901234567890", "12345678901234567890"), ("-9223372036854775809", "-9223372036854775809"),
        ("9223372036854775807", "9223372036854775807"), ("9007199254740993.0", "9007199254740993.0"),
        ("0.1234567890123456789012", "0.1234567890123456789012"), ("1e-400", "1e-400"),
        ("1.00000000000000000001", "1.00000000000000000001"), ("5e-324", "5e-324"), ("4e-324", "4e-324"),
        ("0.30000000000000004", "0.30000000000000004"), ("-0", "-0"), ("-0.0", "-0"),
        ("0e99999999999", "0e99999999999"),
        // The same value in fewer characters.
        ("0.10", "0.1"), ("1.0", "1"), ("1E2", "100"), ("12.50e+1", "125"), ("0.00012", "0.00012"),
        ("0e5", "0"),
        ("100000000000000000000", "1e+20"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ])
    func `a number is written as it was read, to the last digit`(text: String, written: String) throws {
        #expect(try parse(text).jsonText() == written)
        #expect(try parse(written).jsonText() == written)
    }

    @Test func `numbers of any length and form are read as the nearest double`() throws {
        var generator = SeededGenerator(seed: 5)
        func digits(_ count: ClosedRange<Int>) -> String {
            (0..<Int.random(in: count, using: &generator)).map { _ in
                "\(Int.random(in: 0...9, using: &generator))"
            }.joined()
        }
        for _ in 0..<20_000 {
            var text = Bool.random(using: &generator) ? "-" : ""
            let whole = digits(1...9)
            text += Bool.random(using: &generator) ? "0" : whole.drop { $0 == "0" }
            if text.isEmpty || text == "-" { text += "0" }
            if Int.random(in: 0..<4, using: &generator) > 0 { text += "." + digits(1...18) }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                text += ["e", "E-", "e+"].randomElement(using: &generator)! + digits(1...2)
            }
            let value = try JSONParser.parse(Array(text.utf8))
            let expected = try #require(Double(text))
            #expect(
                value.doubleValue?.bitPattern == expected.bitPattern
                    || (value == .integer(0) && expected == 0), "\(text)")
            if case .integer = value { #expect(Int(text) != nil) } else { #expect(Int(text) ?? 0 == 0) }
        }
    }

    @Test func `a number that nothing holds is still a number`() throws {
        let value = try parse("0.1234567890123456789012")
        #expect(value.doubleValue == 0.1234567890123456789012 && value.kindName == "a number")
        #expect(try parse("9007199254740993.0").integerValue == nil)
    }

    @Test func `keys are two where their bytes are, one where they are escaped another way`() throws {
        let value = try parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.objectValue?.members.map(\.value) == [.integer(1), .integer(2)])
        #expect(throws: JSONError.self) { try parse(#"{"\u00e9":1,"é":2}"#) }
    }

    @Test func `a number beyond every double is told by its keys`() {
        let error = #expect(throws: JSONError.self) { try parse(#"{"a":{"b":1},"c":[{"d":1e400}]}"#) }
        #expect(error?.reason.contains("'c.d'") == true, "\(error?.reason ?? "")")
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func `nesting and the number of values are bounded`() {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(throws: JSONError.self) { try parse(deep) }
        var limits = JSONParser.Limits()
        limits.values = 3
        #expect(throws: JSONError.self) { try JSONParser.parse(Array("[1,2,3]".utf8), limits: limits) }
    }

    @Test func `JSON5 adds comments, bare keys, single quotes, trailing commas and numbers`() throws {
        let text = "// c\n{ /* d */ a: 'x\\'y', $b_1: [0x10, +1, .5, 5.,], \"c\": 1, }\n"
        let value = try parse(text, .json5)
        #expect(value["a"] == .string("x'y"))
        #expect(value["$b_1"]?.arrayValue == [.integer(16), .integer(1), .number(0.5), .number(5)])
        #expect(throws: JSONError.self) { try parse("{a:1 /* c", .json5) }
        for (number, value) in [
            ("-.5", JSONValue.number(-0.5)), ("+2.", .number(2)), ("5.e1", .number(50)), (".5e1", .number(5)),
            ("0X10", .integer(16)), ("-0xfF", .integer(-255)), ("+0x0", .integer(0)), ("+7", .integer(7)),
        ] {
            #expect(try parse(number, .json5) == value, "\(number)")
        }
        for number in [
            ".", "-.", "+-5", "--5", "0x", "0x-5", "0x+5", "-0x-5", "1..", "1.2.", ".e5", "0x1.8", "+", "01",
            "0xffffffffffffffffff",
        ] {
            #expect(throws: JSONError.self, "\(number)") { try parse(number, .json5) }
        }
        #expect(throws: JSONError.self) { try parse("{1a:1}", .json5) }
    }

    @Test func `what is written is read back the same`() throws {
        let value = JSONValue.object([
            "text": .string("a\"\\\n\u{7F}é"), "n": .integer(-5), "d": .number(0.1),
            "list": .array([.null, .bool(true)]),
        ])
        #expect(try JSONParser.parse(value.jsonBytes()) == value)
        #expect(try JSONParser.parse(value.jsonBytes(pretty: true)) == value)
    }

    @Test func `floats are written with the shortest digits and never as words`() {
        #expect(
            JSONValue.floats([0.1, 1, -0.5, 1e-10, .nan, .infinity]).jsonText()
                == "[0.1,1,-0.5,1e-10,null,null]")
    }

    @Test func `no damage to a text makes the reader trap`() {
        let seed = Array(#"{"a":[1,2.5e-3,"x\u00e9\n",{"b":null}],"c":"\ud83d\ude00"}"#.utf8)
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for _ in 0..<3_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            for dialect in [JSONParser.Dialect.json, .json5] {
                do { _ = try JSONParser.parse(bytes, dialect: dialect) } catch { refused += 1 }
            }
        }
        #expect(refused > 1_000)
    }
}
