import SubCenter
import TestKit
import Testing

@Suite struct AutoThresholdTests {
    private func threshold(people: Int, faces: Int, strangers: Int, seed: UInt64 = 41) throws -> Double {
        try used(people: people, faces: faces, strangers: strangers, seed: seed).degrees
    }

    private func used(
        people: Int, faces: Int, strangers: Int, seed: UInt64 = 41, method: PurifyMethod = .kmeans
    ) throws -> UsedThreshold {
        var gallery = SyntheticGallery(seed: seed)
        let identities = (0..<people).map { index in
            let person = gallery.direction()
            let clean = gallery.photographs(of: person, count: faces)
            return EnrolledIdentity("p\(index)", clean + (0..<strangers).map { _ in gallery.direction() })
        }
        var parameters = PurifyParameters(method: method)
        parameters.threshold = .auto
        return try Purifier().purify(identities, parameters: parameters).threshold
    }

    @Test func `it falls between the gallery's own genuine and impostor angles`() throws {
        let found = try threshold(people: 60, faces: 15, strangers: 0)
        #expect(found > 58 && found < 78, "\(found)")
    }

    @Test func `strangers among the enrolled move it little`() throws {
        let clean = try threshold(people: 80, faces: 15, strangers: 0)
        let noisy = try threshold(people: 80, faces: 15, strangers: 4)
        #expect(abs(clean - noisy) < 5, "\(clean) and \(noisy)")
    }

    @Test func `too small a gallery falls back to 75`() throws {
        #expect(try threshold(people: 9, faces: 40, strangers: 0) == 75)
        #expect(try threshold(people: 30, faces: 4, strangers: 0) == 75)
        #expect(try threshold(people: 15, faces: 6, strangers: 0) == 75)
    }

    @Test func `what it was found from is told, and that it was not`() throws {
        let found = try used(people: 60, faces: 15, strangers: 0)
        // A hundred draws an identity, of which one in sixty hits itself.
        #expect(found.source == .auto && found.genuine == 900)
        #expect(found.impostors > 5_800 && found.impostors < 6_000)
        let few = try used(people: 15, faces: 6, strangers: 0)
        #expect(few.source == .default && few.genuine == 90)
        #expect(try used(people: 9, faces: 40, strangers: 0) == UsedThreshold(degrees: 75, source: .default))
    }

    @Test func `that of evidence is the gallery's own where it has enough scores`() throws {
        let many = try used(people: 30, faces: 8, strangers: 0, method: .evidence)
        #expect(many.source == .auto && many.genuine == 240 && many.impostors > 2_800)
        let few = try used(people: 2, faces: 5, strangers: 0, method: .evidence)
        #expect(few.source == .default && few.genuine == 10)
    }

    @Test func `a given threshold is the one used`() throws {
        var parameters = PurifyParameters(method: .kmeans)
        parameters.threshold = .fixed(61.5)
        let purification = try Purifier().purify([], parameters: parameters)
        #expect(purification.threshold == UsedThreshold(degrees: 61.5, source: .given))
    }
}
