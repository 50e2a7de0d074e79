import Commands
import Testing

private let options: [Option] = [
    .value("--port", "N", "a port"), .value("--input", "NAME=FILE", "an input", repeats: true),
    .flag("--json", "json"),
]

private func parse(_ words: String...) throws(UsageError) -> ParsedArguments {
    try ParsedArguments(words, options: options, operands: .between(0...2, "FILE FILE"))
}

@Test func `a value follows its option or an equals sign`() throws {
    #expect(try parse("--port", "80").string("--port") == "80")
    #expect(try parse("--port=80").string("--port") == "80")
    #expect(try parse("--port=").string("--port") == "")
}

@Test func `operands and options may be mixed and a double dash ends the options`() throws {
    let parsed = try parse("a", "--json", "--", "--port")
    #expect(parsed.operands == ["a", "--port"])
    #expect(parsed.has("--json"))
}

@Test func `an option that repeats keeps every value in order`() throws {
    #expect(try parse("--input", "a=1", "--input=b=2").strings("--input") == ["a=1", "b=2"])
}

@Test(arguments: [
    (["--prot", "1"], "unknown option --prot"),
    (["--port"], "option --port needs a value (N)"),
    (["--json=1"], "option --json takes no value"),
    (["--port", "1", "--port", "2"], "option --port is given twice"),
    (["a", "b", "c"], "unexpected argument 'c'"),
])
func `a wrong line is refused by name`(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) {
        try ParsedArguments(words, options: options, operands: .between(0...2, "FILE FILE"))
    }
    #expect(error?.description == message)
}

@Test func `a missing operand is named`() {
    let error = #expect(throws: UsageError.self) {
        try ParsedArguments([], options: [], operands: .atLeastOne("IMAGE..."))
    }
    #expect(error?.description == "missing argument: IMAGE...")
}

@Test(arguments: ["70000", "-1", "x", "", "1.5", "99999999999999999999"])
func `a number outside its range is refused with the range`(text: String) throws {
    let parsed = try parse("--port=" + text)
    #expect(throws: UsageError.self) { try parsed.int("--port", in: 0...65535) }
}

@Test func `a shape reads as dimensions and scalar as none`() throws {
    #expect(try TensorShape("1x3x112x112", option: "--shape").dimensions == [1, 3, 112, 112])
    #expect(try TensorShape("scalar", option: "--shape").dimensions == [])
    #expect(try TensorShape.named("a=b=2x3", option: "--shape").name == "a=b")
}

@Test(arguments: ["", "x", "1x", "1xx2", "-1", "1x-2", "axb", "1x99999999999"])
func `a malformed shape is refused`(text: String) {
    #expect(throws: UsageError.self) { try TensorShape(text, option: "--shape") }
}
