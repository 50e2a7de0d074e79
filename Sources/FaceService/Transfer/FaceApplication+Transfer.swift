import Encodings
package import Gallery

extension FaceApplication {
    /// Writes the lines of a snapshot and lets it go, however that ends: one face a line, and then, where
    /// they are asked for, one identity without faces a line.
    static func write(
        _ export: GalleryExport, includingIdentities: Bool, _ write: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        do {
            while let faces = try await export.next(limit: 64) {
                try await write(try lines(of: faces) { try FaceLine($0, model: export.gallery.model) })
            }
            while includingIdentities, let identities = try await export.nextIdentities(limit: 64) {
                try await write(try lines(of: identities) { try IdentityLine($0) })
            }
            await export.close()
        } catch {
            await export.close()
            throw error
        }
    }

    private static func lines<Record>(
        of records: [Record], _ line: (Record) throws -> some JSONRepresentable
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records {
            bytes += try line(record).jsonBytes()
            bytes.append(0x0A)
        }
        return bytes
    }

    /// Reads faces and identities, one a line, into a gallery; all of them or, where any line is refused,
    /// none.
    package func importFaces<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, into name: GalleryName
    ) async throws -> ImportAnswer where Pieces.Element == [UInt8] {
        let gallery = try await usable(name)
        let reader = ImportLineReader(
            rules: ImportRules(gallery, decodeLimits: recognition.decodeLimits))
        let staging = try await store.beginImport(into: name)
        do {
            var splitter = LineSplitter(limit: configuration.serverMaxLineBytes)
            var numbers: [Int] = []
            for try await piece in pieces {
                try await stage(try splitter.add(piece), reader, staging, &numbers)
            }
            try await stage(splitter.finish(), reader, staging, &numbers)
            return ImportAnswer(summary: try await commit(staging, numbers))
        } catch {
            await staging.cancel()
            throw error
        }
    }

    /// `numbers` remembers which line each one was: the store does not count empty ones, people do.
    private func stage(
        _ lines: [LineSplitter.Line], _ reader: ImportLineReader, _ staging: GalleryImport,
        _ numbers: inout [Int]
    ) async throws {
        guard !lines.isEmpty else { return }
        var read: [ImportedLine] = []
        for line in lines {
            do {
                read.append(try reader.read(line.bytes))
            } catch {
                throw ProblemMapping.problem(for: error).atLine(line.number)
            }
            numbers.append(line.number)
        }
        do {
            try await staging.add(read)
        } catch {
            throw Self.renumbered(error, numbers)
        }
    }

    private func commit(_ staging: GalleryImport, _ numbers: [Int]) async throws -> ImportSummary {
        do {
            return try await timed(.db) { try await staging.commit() }
        } catch {
            throw Self.renumbered(error, numbers)
        }
    }

    private static func renumbered(_ error: any Error, _ numbers: [Int]) -> any Error {
        guard case GalleryError.importRefused(let place, let inner) = error,
            numbers.indices.contains(place - 1)
        else { return error }
        var reason = inner
        if case .identityMetadataDiffers(let other) = inner, numbers.indices.contains(other - 1) {
            reason = .identityMetadataDiffers(fromLine: numbers[other - 1])
        }
        return GalleryError.importRefused(line: numbers[place - 1], reason)
    }
}
