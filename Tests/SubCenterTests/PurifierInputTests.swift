import SubCenter
import Testing

@Suite struct PurifierInputTests {
    private let identity = EnrolledIdentity("A", [[1, 0], [0, 1]])

    private func error(_ identities: [EnrolledIdentity]) -> PurifyError? {
        #expect(throws: PurifyError.self) { try Purifier().purify(identities) }
    }

    @Test func `an empty gallery gives an empty report`() throws {
        let report = try Purifier().purify([]).report
        #expect(report.identities == 0 && report.faces == 0 && report.kept == 0 && report.quarantined == 0)
        #expect(report.perIdentity.isEmpty && report.possibleDuplicates.isEmpty)
    }

    @Test func `an identity given twice is refused`() {
        #expect(error([identity, EnrolledIdentity(name: "A", faces: [])]) == .repeatedIdentity("A"))
    }

    @Test func `of names that differ in bytes only the one that was asked for is judged`() throws {
        let spellings = ["Zo\u{EB}", "Zoe\u{308}"]
        let given = spellings.map { name in
            EnrolledIdentity(
                name: name, faces: [EnrolledFace(id: "face of \(name.utf8.count)", embedding: [1, 0])])
        }
        var parameters = PurifyParameters()
        parameters.identities = [spellings[1]]
        let report = try Purifier().purify(given, parameters: parameters).report
        #expect(report.perIdentity.map { Array($0.identity.utf8) } == [Array(spellings[1].utf8)])
    }

    @Test func `names that differ in bytes are two identities though Swift has them equal`() throws {
        let names = ["caf\u{E9}", "cafe\u{301}"]
        #expect(names[0] == names[1])
        let report = try Purifier().purify(names.map { EnrolledIdentity(name: $0, faces: []) }).report
        #expect(
            report.perIdentity.map { Array($0.identity.utf8) } == [
                Array(names[1].utf8), Array(names[0].utf8),
            ])
    }

    @Test func `a face given twice is refused`() {
        let again = EnrolledIdentity(name: "B", faces: [EnrolledFace(id: "A/001", embedding: [1, 0])])
        #expect(error([identity, again]) == .repeatedFace(id: "A/001"))
    }

    @Test func `embeddings of another dimension are refused`() {
        #expect(
            error([identity, EnrolledIdentity("B", [[1, 0, 0]])])
                == .dimensionMismatch(faceID: "B/000", dimension: 3, expected: 2))
    }

    @Test(arguments: [[2, 0], [0, 0], [.nan, 1], [.infinity, 0], [0.9, 0.1]] as [[Float]])
    func `embeddings that are not of length one are refused`(embedding: [Float]) {
        #expect(error([identity, EnrolledIdentity("B", [embedding])]) == .notUnit(faceID: "B/000"))
    }

    /// What a gallery takes in it can purify and calibrate: half a per cent is what few digits do.
    @Test(arguments: [0.991, 0.995, 1.005, 1.009] as [Float])
    func `embeddings that are a little too long or too short are judged by their direction`(length: Float)
        throws
    {
        var gallery = SyntheticGallery(seed: 3)
        let centers = (0..<4).map { _ in gallery.direction() }
        let people = centers.enumerated().map { index, center in
            gallery.photographs(of: center, count: 8) + [gallery.photograph(of: centers[(index + 1) % 4])]
        }
        let exact = people.enumerated().map { EnrolledIdentity("p\($0)", $1) }
        let scaled = people.enumerated().map { index, faces in
            EnrolledIdentity("p\(index)", faces.map { $0.map { $0 * length } })
        }
        for method in PurifyMethod.allCases {
            let parameters = PurifyParameters(method: method)
            let wanted = try Purifier().purify(exact, parameters: parameters)
            let found = try Purifier().purify(scaled, parameters: parameters)
            #expect(found.quarantine.map(\.faceID) == wanted.quarantine.map(\.faceID))
            for (a, b) in zip(found.quarantine, wanted.quarantine) {
                #expect(abs(a.angleDegrees - b.angleDegrees) < 0.01)
            }
        }
        var sample = CalibrationSample(
            CalibrationPlan([.init(name: "p0", faces: 9)], CalibrationParameters()), dimension: 128)
        try sample.add(scaled[0])
    }

    @Test func `empty embeddings are refused`() {
        #expect(error([EnrolledIdentity("B", [[]])]) == .notUnit(faceID: "B/000"))
    }

    @Test func `no error text carries an embedding`() {
        let errors: [PurifyError] = [
            .repeatedIdentity("A"), .repeatedFace(id: "f"), .notUnit(faceID: "f"), .cancelled,
            .dimensionMismatch(faceID: "f", dimension: 3, expected: 2),
        ]
        #expect(
            errors.map(\.description) == [
                "identity A was given twice", "face f was given twice",
                "the embedding of face f is not finite and of length 1", "cancelled",
                "the embedding of face f has 3 numbers, the others 2",
            ])
    }
}
