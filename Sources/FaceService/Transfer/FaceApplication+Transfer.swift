package import Gallery

extension FaceApplication {
    /// Writes a snapshot of a gallery, one face a line, through `write`.
    package func export(
        _ gallery: GalleryName, includingCrops: Bool, write: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await Self.write(try await store.export(gallery, includingCrops: includingCrops), write)
    }

    /// Writes the lines of a snapshot and lets it go, however that ends.
    static func write(
        _ export: GalleryExport, _ write: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        do {
            while let faces = try await export.next(limit: 64) {
                var lines: [UInt8] = []
                for face in faces {
                    lines += try FaceLine(face, model: export.gallery.model).jsonBytes()
                    lines.append(0x0A)
                }
                try await write(lines)
            }
            await export.close()
        } catch {
            await export.close()
            throw error
        }
    }

    /// Reads faces, one a line, into a gallery; all of them or, where any line is refused, none.
    package func importFaces<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, into name: GalleryName
    ) async throws -> ImportAnswer where Pieces.Element == [UInt8] {
        let gallery = try await usable(name)
        let staging = try await store.beginImport(into: name)
        do {
            var splitter = LineSplitter(limit: configuration.serverMaxLineBytes)
            var numbers: [Int] = []
            for try await piece in pieces {
                try await stage(try splitter.add(piece), gallery, staging, &numbers)
            }
            try await stage(splitter.finish(), gallery, staging, &numbers)
            return ImportAnswer(summary: try await commit(staging, numbers))
        } catch {
            await staging.cancel()
            throw error
        }
    }

    /// `numbers` remembers on which line each face stood: the store counts faces, people count lines.
    private func stage(
        _ lines: [LineSplitter.Line], _ gallery: GalleryTerms, _ staging: GalleryImport,
        _ numbers: inout [Int]
    ) async throws {
        guard !lines.isEmpty else { return }
        var faces: [ImportedFace] = []
        for line in lines {
            do {
                faces.append(try FaceLineReader.read(line.bytes, dimension: gallery.model.dimension))
            } catch {
                throw ProblemMapping.problem(for: error).atLine(line.number)
            }
            numbers.append(line.number)
        }
        do {
            try await staging.add(faces)
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
        return GalleryError.importRefused(line: numbers[place - 1], inner)
    }
}
