import SubCenter
import TestKit
import Testing

@Suite struct AutoThresholdTests {
    private func threshold(people: Int, faces: Int, strangers: Int, seed: UInt64 = 41) throws -> Double {
        var gallery = SyntheticGallery(seed: seed)
        let identities = (0..<people).map { index in
            let person = gallery.direction()
            let clean = gallery.photographs(of: person, count: faces)
            return EnrolledIdentity("p\(index)", clean + (0..<strangers).map { _ in gallery.direction() })
        }
        var parameters = PurifyParameters(method: .kmeans)
        parameters.threshold = .auto
        return try Purifier().purify(identities, parameters: parameters).thresholdDegrees
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

    @Test func `a given threshold is the one used`() throws {
        var parameters = PurifyParameters(method: .kmeans)
        parameters.threshold = .fixed(61.5)
        #expect(try Purifier().purify([], parameters: parameters).thresholdDegrees == 61.5)
    }
}
