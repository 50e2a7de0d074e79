import Foundation
import Kernels
import TestKit
import Testing

/// `ARCFACE_CPU`, as commands and as the executable take it.
struct InstructionSetTests {
    private static func status(_ words: [String], _ name: String?) async -> (Int32, String) {
        let console = RecordedConsole()
        let status = await console.run(words, environment: name.map { ["ARCFACE_CPU": $0] } ?? [:])
        return (status, console.errors)
    }

    @Test(arguments: [["version"], ["serve", "--print-config"], ["run", "m.onnx"], ["embed", "a.jpg"]])
    func `a name that is no instruction set is a usage error of every command`(words: [String]) async {
        for name in ["avx3", "AVX2", " avx2", "portable\n"] {
            let (status, errors) = await Self.status(words, name)
            #expect(status == 2)
            #expect(
                errors.contains(
                    "arcface \(words[0]): ARCFACE_CPU: '\(name)' is not one of portable, avx2, avx512, avx512_vnni, avx512_bf16, amx; this "
                        + "CPU has portable"), "\(errors)")
        }
    }

    @Test func `no name, an empty one and those of the CPU are taken`() async throws {
        for name in [nil, ""] + KernelTable.InstructionSet.available.map(\.rawValue) {
            #expect(await Self.status(["version"], name).0 == 0)
            let set = name.flatMap { KernelTable.InstructionSet(rawValue: $0) }
            let best = try #require(KernelTable.InstructionSet.available.last)
            #expect(try KernelTable.named(name).instructionSet == set ?? best)
        }
        #expect(throws: UnknownInstructionSet.self) { _ = try KernelTable.named("avx3") }
    }

    /// The whole way from a file to an embedding: pixels are the same everywhere, networks where products are
    /// fused.
    @Test(arguments: Precision.allCases)
    func `the executable embeds alike on every instruction set`(precision: Precision) async throws {
        let folder = TemporaryFolder()
        var embeddings: [(KernelTable, [Double])] = []
        for set in KernelTable.InstructionSet.available {
            let (status, output) = try await Executable.run(
                "embed", "--json", "--max-faces", "1", "--precision", precision.rawValue, Executable.portrait,
                environment: ["ARCFACE_CPU=\(set.rawValue)"], in: folder)
            #expect(status == 0)
            let answer = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
            let face = try #require((answer?["faces"] as? [[String: Any]])?.first)
            let vector = try #require(face["embedding"] as? [Double])
            let table = try #require(KernelTable(instructionSet: set))
            let model = answer?["model"] as? [String: Any]
            #expect(model?["precision"] as? String == precision.contractName(table: table) ?? "fp32")
            embeddings.append((table, vector))
        }
        let fused = Dictionary(grouping: embeddings.filter(\.0.fusesProducts)) {
            precision.contractName(table: $0.0)
        }
        for (contract, alike) in fused { #expect(Set(alike.map(\.1)).count == 1, "\(contract ?? "fp32")") }
        for (_, vector) in embeddings {
            let squares = zip(vector, embeddings[0].1).map { ($0 - $1) * ($0 - $1) }
            // Roundings of inputs fall the other way where products are not fused.
            let limit = [.bfloat16: 2e-2, .int8: 5e-2][precision, default: 1e-3]
            #expect(squares.reduce(0, +).squareRoot() < limit)
        }
    }

    @Test func `the executable refuses a wrong name with status 2 instead of a crash report`() async throws {
        let folder = TemporaryFolder()
        for (name, expected) in [("avx3", Int32(2)), ("", 0)] {
            let (status, _) = try await Executable.run(
                "serve", "--print-config", environment: ["ARCFACE_CPU=\(name)"], in: folder)
            #expect(status == expected)
        }
    }
}
