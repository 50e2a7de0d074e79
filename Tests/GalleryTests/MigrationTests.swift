import Foundation
import Gallery
import TestKit
import Testing

@Suite struct MigrationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("migrations")

    @Test func `the executable carries exactly what the folder holds`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".sql") }.sorted()
        #expect(files == Migration.all.map { $0.name + ".sql" })
        for migration in Migration.all {
            let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(migration.name + ".sql"))
            #expect(migration.sql == String(decoding: bytes, as: UTF8.self), "\(migration.name)")
            #expect(migration.checksum.count == 64)
        }
    }

    @Test func `migrations are numbered from 1 without a gap`() {
        for (index, migration) in Migration.all.enumerated() {
            #expect(migration.number == index + 1)
            #expect(migration.name.hasPrefix(String(String(10_000 + migration.number).dropFirst()) + "_"))
        }
    }
}
