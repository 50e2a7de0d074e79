import Digest
import Faces
import Foundation
import Imaging
import Inference
import Inversion
import TestKit
import Testing

@Suite struct InversionPriorTests {
    private let folder = TemporaryFolder()

    @Test func `a prior comes back from its file as it was`() throws {
        let prior = InversionPrior.made()
        let path = try folder.write(prior.encoded(), to: "model.onnx.prior")
        expectEqual(try InversionPrior(readingFrom: path), prior)
        #expect(prior.encoded() == InversionPrior.made().encoded())
        #expect(InversionPrior.path(besideModel: "a/m.onnx") == "a/m.onnx.prior")
    }

    @Test func `the first line says what the file is`() throws {
        let line = InversionPrior.made().encoded().prefix { $0 != UInt8(ascii: "\n") }
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(header["format"] as? String == "arcface-inversion-prior" && header["version"] as? Int == 1)
        #expect(header["faces"] as? Int == 123 && header["width"] as? Int == 12)
    }

    @Test func `a file that is not there is named`() {
        let missing = folder.file("none.prior")
        #expect(refusal { try InversionPrior(readingFrom: missing) }.contains("\(missing) is not there"))
    }

    @Test func `damage is told with the file's name`() throws {
        let bytes = InversionPrior.made().encoded()
        func message(_ bytes: [UInt8]) -> String {
            refusal { try InversionPrior(bytes: bytes, file: "some.prior") }
        }
        #expect(message([]).contains("some.prior") && message([]).contains("no prior"))
        #expect(message(Array("PNG".utf8)).contains("no prior"))
        #expect(message(Array(bytes.prefix(50))).contains("cut off"))
        #expect(message(bytes.dropLast()).contains("checksum"))
        var flipped = bytes
        flipped[bytes.count - 50] ^= 1
        #expect(message(flipped).contains("checksum"))
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":2", "it is of version 2, this program reads 1"),
        ("arcface-inversion-prior", "another-format", "no prior"),
        ("\"faces\":123", "\"faces\":0", "a figure of its header is not possible"),
        ("\"width\":12", "\"width\":0", "a figure of its header is not possible"),
        ("\"width\":12", "\"width\":2000000000000", "a figure of its header is not possible"),
        ("\"width\":12", "\"width\":13", "its header says another count"),
        ("\"norm\":2.5", "\"norm\":-1", "a figure of its header is not possible"),
        ("\"channels\":3", "\"channels\":4", "its header says another count"),
        ("\"channels\":3", "\"channels\":0", "its list of statistics is not possible"),
        ("\"channels\":3", "\"channels\":9223372036854775807", "its list of statistics is not possible"),
        ("\"conv/1\"", "\"conv/2\"", "its list of statistics is not possible"),
        ("\"faces\":123,", "", "its header lacks something"),
    ])
    func `a header that is not possible is refused though its checksum is right`(
        old: String, new: String, reason: String
    ) throws {
        let message = refusal {
            try InversionPrior(bytes: resealed(InversionPrior.made().encoded(), old, new), file: "some.prior")
        }
        #expect(message.contains("some.prior") && message.contains(reason), "\(message)")
    }

    @Test func `statistics that are not numbers are refused`() throws {
        for (mean, deviation) in [(Float.nan, Float(1)), (.infinity, 1), (0, -1), (0, .nan)] {
            let prior = InversionPrior(
                modelName: "m", fingerprint: String(repeating: "0", count: 64), preprocessing: "", faces: 10,
                meanPicture: .noise(seed: 1), norm: 1,
                sites: [StatisticsSite(value: "v", mean: [mean], deviation: [deviation])])
            let message = refusal { try InversionPrior(bytes: prior.encoded(), file: "some.prior") }
            #expect(message.contains("the statistics of \"v\""), "\(message)")
        }
    }

    @Test func `damaged files are refused or read, never trapped on`() {
        let seed = FuzzBudget.seed(20)
        var mutator = Mutator(seed: seed)
        let bytes = InversionPrior.made().encoded()
        for round in 0..<FuzzBudget.iterations(2_000) {
            var damaged = mutator.mutate(bytes)
            // Every other one with a right checksum: else nothing behind it would ever be tried.
            if round % 2 == 1 { damaged = sealed(damaged.dropLast(32)) }
            do throws(InversionError) {
                let prior = try InversionPrior(bytes: damaged, file: "fuzz.prior")
                #expect(
                    prior.meanPicture.pixels.count == 3 * prior.meanPicture.width * prior.meanPicture.height)
            } catch {
                #expect("\(error)".contains("fuzz.prior"), "seed \(seed), round \(round)")
            }
        }
    }

    @Test func `a prior of another model or of another preprocessing is refused by name`() throws {
        let embedder = try Self.embedder(seed: 1)
        let own = Self.prior(for: embedder, fingerprint: embedder.fingerprint)
        try own.check(for: embedder, file: "own.prior")
        let foreign = refusal {
            try Self.prior(for: embedder, fingerprint: String(repeating: "c", count: 64)).check(
                for: embedder, file: "foreign.prior")
        }
        #expect(foreign.contains("foreign.prior belongs to another model"), "\(foreign)")
        #expect(
            foreign.contains("linear (cccccccccccc)") && foreign.contains(embedder.fingerprint.prefix(12)))
        let other = InversionPrior.made(
            fingerprint: embedder.fingerprint, preprocessing: "size=112x112 order=bgr")
        #expect(refusal { try other.check(for: embedder, file: "other.prior") }.contains("other.prior"))
    }

    @Test func `the prior beside a model is found, and none where there is none`() throws {
        let model = folder.file("one.onnx")
        try Data(TinyModels.recognizer(seed: 1, dimension: 8)).write(to: URL(fileURLWithPath: model))
        let embedder = try FaceEmbedder(.file(model))
        #expect(try InversionPrior.beside(.file(model), for: embedder) == nil)
        let prior = Self.prior(for: embedder, fingerprint: embedder.fingerprint)
        try folder.write(prior.encoded(), to: "one.onnx.prior")
        expectEqual(try #require(try InversionPrior.beside(.file(model), for: embedder)), prior)
        let foreign = Self.prior(for: embedder, fingerprint: String(repeating: "d", count: 64))
        try folder.write(foreign.encoded(), to: "one.onnx.prior")
        let message = refusal { try InversionPrior.beside(.file(model), for: embedder) }
        #expect(message.contains("one.onnx.prior belongs to another model"), "\(message)")
    }

    static func embedder(seed: UInt64) throws -> FaceEmbedder {
        let manifest = ModelManifest(
            kind: .recognizer, name: "tiny", mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5])
        return try FaceEmbedder(
            .memory(TinyModels.recognizer(seed: seed, dimension: 8), manifest: manifest, name: "tiny.onnx"))
    }

    private static func prior(for embedder: FaceEmbedder, fingerprint: String) -> InversionPrior {
        .made(
            fingerprint: fingerprint, preprocessing: embedder.manifest.preprocessing(width: 112, height: 112),
            mean: .noise(width: 112, height: 112, seed: 4))
    }

    private func expectEqual(_ a: InversionPrior, _ b: InversionPrior) {
        #expect(a.modelName == b.modelName && a.fingerprint == b.fingerprint && a.faces == b.faces)
        #expect(a.preprocessing == b.preprocessing && a.meanPicture == b.meanPicture && a.norm == b.norm)
        #expect(a.sites.map(\.value) == b.sites.map(\.value))
        #expect(a.sites.map(\.mean) == b.sites.map(\.mean))
        #expect(a.sites.map(\.deviation) == b.sites.map(\.deviation))
    }

    private func refusal<R>(_ body: () throws -> R) -> String {
        do {
            _ = try body()
            return ""
        } catch { return "\(error)" }
    }

    /// With another text in the header and the checksum of that.
    private func resealed(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
        let header = String(decoding: bytes[..<end], as: UTF8.self)
        #expect(header.contains(old))
        let changed = header.replacingOccurrences(
            of: old, with: new, range: header.range(of: old))
        return sealed(Array(changed.utf8) + bytes[end...].dropLast(32))
    }

    private func sealed(_ content: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(content)
        return content + hash.finalize()
    }
}
