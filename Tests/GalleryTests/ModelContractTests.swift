import Gallery
import Testing

/// What a contract tells of itself, and what of a line that states another one.
struct ModelContractTests {
    private static let line = "size=112x112 order=rgb mean=127.5,127.5,127.5 template=1.0:2.0,3.0:4.0"
    private static let usual = contract(line)

    private static func contract(
        _ preprocessing: String, fingerprint: String = "a1", dimension: Int = 8
    ) -> ModelContract {
        ModelContract(
            name: "m", fingerprint: fingerprint, preprocessing: preprocessing, dimension: dimension)
    }

    @Test func `the precision is fp32 where nothing is said of it`() {
        for line in ["rgb", "rgb precision=", "precision"] {
            #expect(Self.contract(line).precision == "fp32", "\(line)")
        }
        #expect(Self.usual.precision == "fp32")
        #expect(Self.contract(Self.line + " precision=bf16").precision == "bf16")
    }

    @Test(arguments: [
        (contract(line), [String]()),
        (contract(line + " precision=bf16"), ["precision fp32, not bf16"]),
        (
            contract(line.replacing("rgb", with: "bgr").replacing("127.5,127.5,127.5", with: "0,0,0")),
            ["order rgb, not bgr", "mean 127.5,127.5,127.5, not 0,0,0"]
        ),
        (contract(line + String(repeating: ",5.0:6.0", count: 20)), ["another template"]),
        (contract("whatever"), ["another preprocessing"]),
        (
            contract(line, fingerprint: String(repeating: "b", count: 64), dimension: 16),
            ["model a1, not bbbbbbbbbbbbbbbb", "8 numbers, not 16"]
        ),
    ]) func `what differs is named`(other: ModelContract, phrases: [String]) {
        #expect(Self.usual.differences(from: other) == phrases)
        #expect(Self.usual.matches(other) == phrases.isEmpty)
    }

    @Test
    func
        `a line that states nothing is of the gallery's kind, one of an older export of the usual precision`()
    {
        let narrow = Self.contract(Self.line + " precision=bf16")
        for contract in [Self.usual, narrow] {
            #expect(contract.matches(contract.stated(fingerprint: nil, preprocessing: nil)))
            #expect(!contract.matches(contract.stated(fingerprint: "b2", preprocessing: nil)))
            #expect(!contract.matches(contract.stated(fingerprint: nil, preprocessing: "other")))
            #expect(
                contract.matches(
                    contract.stated(fingerprint: "a1", preprocessing: contract.preprocessing)))
        }
        #expect(Self.usual.matches(Self.usual.stated(fingerprint: "a1", preprocessing: nil)))
        #expect(!narrow.matches(narrow.stated(fingerprint: "a1", preprocessing: nil)))
    }
}
