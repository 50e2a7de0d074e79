import Gallery
import TestKit
import Testing

@Suite struct IdentityTests {
    @Test func `an identity is created, updated and read`() async throws {
        let fixture = try await GalleryFixture()
        let ada = try name("Ada Lovelace/é")
        let made = try await fixture.store.putIdentity(
            ada, in: fixture.people, metadata: try JSONObjectText(#"{"x":1}"#))
        #expect(made.isNew && made.identity.metadata.text == #"{"x":1}"#)
        let kept = try await fixture.store.putIdentity(ada, in: fixture.people)
        #expect(!kept.isNew && kept.identity.metadata.text == #"{"x":1}"#)
        let changed = try await fixture.store.putIdentity(
            ada, in: fixture.people, metadata: try JSONObjectText("{}"))
        #expect(!changed.isNew && changed.identity.metadata == .empty)
        #expect(try await fixture.store.identity(ada, in: fixture.people) == changed.identity)
    }

    @Test func `of names that a gallery is asked for the first that it does not have is named`() async throws
    {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        for text in ["a", "b"] { _ = try await store.putIdentity(try name(text), in: people) }
        try await store.requireIdentities([try name("b"), try name("a"), try name("b")], in: people)
        try await store.requireIdentities([], in: people)
        let asked = try ["a", "y", "b", "x"].map { try name($0) }
        let missing = await refusal { () throws(GalleryError) in
            try await store.requireIdentities(asked, in: people)
        }
        #expect(missing == .identityNotFound(asked[1], gallery: people))
        let gone = try GalleryName("gone")
        let nowhere = await refusal { () throws(GalleryError) in
            try await store.requireIdentities([], in: gone)
        }
        #expect(nowhere == .galleryNotFound(gone))
    }

    @Test func `names that differ in bytes only are two identities`() async throws {
        let fixture = try await GalleryFixture()
        let composed = try name("Zo\u{EB}")
        let decomposed = try name("Zoe\u{308}")
        #expect(composed != decomposed)
        #expect(try await fixture.store.putIdentity(composed, in: fixture.people).isNew)
        #expect(try await fixture.store.putIdentity(decomposed, in: fixture.people).isNew)
        #expect(try await fixture.store.identities(in: fixture.people).items.count == 2)
    }

    @Test func `identities come in pages in byte order with their counts`() async throws {
        let fixture = try await GalleryFixture()
        for text in ["b", "a", "c", "Z"] { try await fixture.enroll(text, axis(0)) }
        try await fixture.enroll("a", axis(1))
        var names: [String] = []
        var counts: [Int] = []
        var cursor: Cursor?
        repeat {
            let page = try await fixture.store.identities(
                in: fixture.people, try PageRequest(limit: 1, after: cursor))
            names += page.items.map(\.name.text)
            counts += page.items.map(\.faces)
            cursor = page.next
        } while cursor != nil
        #expect(names == ["Z", "a", "b", "c"])
        #expect(counts == [1, 2, 1, 1])
    }

    @Test func `deleting an identity removes its faces from the search at once`() async throws {
        let fixture = try await GalleryFixture()
        try await fixture.enroll("ada", axis(0))
        try await fixture.enroll("bob", axis(1))
        try await fixture.store.deleteIdentity(try name("ada"), in: fixture.people)
        #expect(try await fixture.search(axis(0), threshold: 0.5).matches.isEmpty)
        #expect(try await fixture.search(axis(1)).matches.map(\.identity.text) == ["bob"])
        let again = await refusal { () throws(GalleryError) in
            try await fixture.store.deleteIdentity(try name("ada"), in: fixture.people)
        }
        #expect(again == .identityNotFound(try name("ada"), gallery: fixture.people))
        #expect(try await fixture.store.check().problems == [])
    }

    @Test func `a cursor of another list is refused`() async throws {
        let fixture = try await GalleryFixture()
        for text in ["a", "b"] { try await fixture.enroll(text, axis(0)) }
        let page = try await fixture.store.identities(in: fixture.people, try PageRequest(limit: 1))
        let cursor = try #require(page.next)
        let error = await refusal { () throws(GalleryError) in
            try await fixture.store.jobs(try PageRequest(after: cursor))
        }
        #expect(error == .cursorInvalid)
    }
}
