import Digest
package import Faces
import Files
import Foundation
import Imaging
import Inference

extension InversionPrior {
    /// Reads a file. Throws `priorInaccessible`, `priorInvalid`.
    package init(readingFrom path: String) throws(InversionError) {
        let file: OpenFile
        do { file = try OpenFile(path) } catch {
            throw .priorInaccessible(file: path, reason: "is not there or cannot be opened")
        }
        let bytes: [UInt8]
        do { bytes = try file.readRest(limit: PriorLimits.fileBytes) } catch {
            throw .priorInaccessible(file: path, reason: "cannot be read")
        }
        try self.init(bytes: bytes, file: path)
    }

    /// The prior that goes with a network: the one in the executable or beside the file, if there is one.
    ///
    /// Throws what reading does, and `priorForeign`.
    package static func beside(
        _ source: ModelSource, for embedder: FaceEmbedder
    ) throws(InversionError) -> InversionPrior? {
        let (prior, file): (InversionPrior, String)
        switch source {
        case .builtIn(let model):
            guard let bytes = model.prior else { return nil }
            file = model.name + " prior"
            prior = try InversionPrior(bytes: Array(bytes), file: file)
        case .file(let model):
            file = path(besideModel: model)
            guard FileManager.default.fileExists(atPath: file) else { return nil }
            prior = try InversionPrior(readingFrom: file)
        case .memory: return nil
        }
        try prior.check(for: embedder, file: file)
        return prior
    }

    /// Parses a file's bytes; `file` is for error texts. Throws `priorInvalid`.
    package init(bytes: [UInt8], file: String) throws(InversionError) {
        do throws(PriorProblem) { try self.init(bytes) } catch {
            throw .priorInvalid(file: file, reason: error.reason)
        }
    }

    private init(_ bytes: [UInt8]) throws(PriorProblem) {
        guard bytes.count <= PriorLimits.fileBytes else {
            throw PriorProblem("it is longer than \(PriorLimits.fileBytes) bytes")
        }
        let (header, body) = try Self.parts(of: bytes)
        try header.check(bodyBytes: body.count)
        var reader = PriorBodyReader(body)
        let picture = Image(
            width: header.width, height: header.height,
            pixels: reader.bytes(header.width * header.height * 3))
        var sites: [StatisticsSite] = []
        for site in header.sites {
            let (mean, deviation) = (reader.floats(site.channels), reader.floats(site.channels))
            guard mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
                throw PriorProblem("the statistics of \"\(site.value)\" are not finite and not negative")
            }
            sites.append(StatisticsSite(value: site.value, mean: mean, deviation: deviation))
        }
        self.init(
            modelName: header.model, fingerprint: header.fingerprint, preprocessing: header.preprocessing,
            faces: header.faces, meanPicture: picture, norm: header.norm, sites: sites)
    }

    /// The header and what stands between it and the checksum, which is right.
    private static func parts(of bytes: [UInt8]) throws(PriorProblem) -> (PriorHeader, ArraySlice<UInt8>) {
        guard bytes.first == UInt8(ascii: "{") else { throw PriorProblem("it is no prior") }
        guard let end = bytes.prefix(PriorLimits.headerBytes).firstIndex(of: UInt8(ascii: "\n")),
            bytes.count > end + PriorLimits.checksumBytes
        else { throw PriorProblem("it is no prior, or cut off") }
        let line = Data(bytes[..<end])
        let decoder = JSONDecoder()
        // Before the checksum: a version to come may have another.
        guard let version = try? decoder.decode(PriorHeader.Version.self, from: line),
            version.format == PriorHeader.formatName
        else { throw PriorProblem("it is no prior, or damaged") }
        guard version.version == PriorHeader.currentVersion else {
            throw PriorProblem(
                "it is of version \(version.version), this program reads \(PriorHeader.currentVersion)")
        }
        let content = bytes.count - PriorLimits.checksumBytes
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<content])) }
        guard hash.finalize().elementsEqual(bytes[content...]) else {
            throw PriorProblem("it is damaged or cut off: its checksum is another")
        }
        guard let header = try? decoder.decode(PriorHeader.self, from: line) else {
            throw PriorProblem("its header lacks something or has another type")
        }
        return (header, bytes[(end + 1)..<content])
    }
}

/// What is wrong with the bytes of a prior.
struct PriorProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension PriorHeader {
    /// Everything that the header says is possible and what follows is as long as it says.
    func check(bodyBytes: Int) throws(PriorProblem) {
        guard fingerprint.utf8.count == 64, PriorLimits.faces.contains(faces),
            PriorLimits.sides.contains(width), PriorLimits.sides.contains(height), norm.isFinite, norm > 0
        else { throw PriorProblem("a figure of its header is not possible") }
        guard sites.count <= PriorLimits.sites, Set(sites.map(\.value)).count == sites.count,
            sites.allSatisfy({ (1...PriorLimits.channels).contains($0.channels) }), let floatCount
        else { throw PriorProblem("its list of statistics is not possible") }
        guard bodyBytes == width * height * 3 + 4 * floatCount else {
            throw PriorProblem("it has \(bodyBytes) bytes of numbers, its header says another count")
        }
    }
}

/// Takes numbers off the body of a prior whose length was checked.
private struct PriorBodyReader {
    private var rest: ArraySlice<UInt8>

    init(_ body: ArraySlice<UInt8>) { rest = body }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func floats(_ count: Int) -> [Float] {
        bytes(4 * count).withUnsafeBytes { bytes in
            (0..<count).map {
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
    }
}
