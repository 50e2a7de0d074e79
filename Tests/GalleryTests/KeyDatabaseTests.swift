import Foundation
import Gallery
import TestKit
import Testing

struct KeyDatabaseTests {
    @Test func `a key is made beside an open store, which finds it`() async throws {
        let fixture = try await GalleryFixture()
        let beside = KeyDatabase(path: fixture.path)
        let key = try await beside.create(.enroll, name: try KeyName("the shop"))
        #expect(try await fixture.store.keyHashes()[key.secret.hash] == key.record)
        #expect(try await fixture.store.keys().items == [key.record])
        try await fixture.store.deleteKey(key.record.id)
        #expect(try await beside.list().isEmpty)
        let gone = await refusal { () async throws(GalleryError) in try await beside.delete(key.record.id) }
        #expect(gone == .keyNotFound(key.record.id))
        await fixture.store.close()
    }

    @Test func `a key may come before the first start, and is in the one file of the database`() async throws
    {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        let key = try await KeyDatabase(path: path).create(.admin, name: nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["faces.db"])
        let store = try await GalleryStore.open(path: path)
        #expect(try await store.keyHashes() == [key.secret.hash: key.record])
        await store.close()
    }

    @Test func `an older database is brought up to date by who is alone with it`() async throws {
        let fixture = try await GalleryFixture()
        func age() throws {
            let raw = try RawDatabase(fixture.path)
            try raw.execute(
                """
                ALTER TABLE identities DROP COLUMN named_at; DROP INDEX quarantine_in_order; DROP TABLE keys;
                DELETE FROM migrations WHERE number >= 9
                """)
            raw.close()
        }
        try age()
        let refused = await refusal { () async throws(GalleryError) in
            try await KeyDatabase(path: fixture.path).create(.admin, name: nil)
        }
        guard case .databaseRefused(_, .inUse) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        await fixture.store.close()
        let key = try await KeyDatabase(path: fixture.path).create(.admin, name: nil)
        #expect(try await KeyDatabase(path: fixture.path).list() == [key.record])
    }

    @Test func `a file that is no database of ours is refused as it is`() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("faces.db")
        try Data(repeating: 0x41, count: 200).write(to: URL(fileURLWithPath: path))
        let refused = await refusal { () async throws(GalleryError) in
            try await KeyDatabase(path: path).create(.admin, name: nil)
        }
        #expect(refused == .databaseRefused(path: path, .notADatabase))
    }

    @Test func `secrets are long, alike in form and never twice the same`() {
        let secrets = (0..<1000).map { _ in KeySecret.random().text }
        #expect(Set(secrets).count == secrets.count)
        for secret in secrets {
            #expect(secret.wholeMatch(of: /arcface_[A-Za-z0-9_-]{43}/) != nil, "\(secret)")
        }
    }

    @Test func `each scope covers itself and those before it`() {
        for (index, scope) in [KeyScope.recognize, .enroll, .admin].enumerated() {
            for (other, covered) in [KeyScope.recognize, .enroll, .admin].enumerated() {
                #expect((scope >= covered) == (index >= other))
            }
        }
    }
}
