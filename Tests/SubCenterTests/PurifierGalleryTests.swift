import Foundation
import SubCenter
import TestKit
import Testing

/// What one identity's faces mean for the others.
@Suite struct PurifierGalleryTests {
    private let people: [[Float]]
    private var gallery: SyntheticGallery

    init() {
        gallery = SyntheticGallery(seed: 31)
        var people: [[Float]] = []
        for _ in 0..<6 { people.append(gallery.direction()) }
        self.people = people
    }

    /// Eight photographs of `person`, then `others`.
    private mutating func identity(_ name: String, of person: Int, plus others: [[Float]] = [])
        -> EnrolledIdentity
    {
        EnrolledIdentity(name, gallery.photographs(of: people[person], count: 8) + others)
    }

    @Test mutating func `a face enrolled for the wrong person says whose it is`() throws {
        let strayed = gallery.photograph(of: people[1], degrees: 30, deviation: 0)
        let identities = [
            identity("anna", of: 0, plus: [strayed]), identity("bert", of: 1), identity("carl", of: 2),
        ]
        let decision = try #require(try Purifier().purify(identities, parameters: .kmeans).quarantine.first)
        #expect(decision.identity == "anna" && decision.faceID == "anna/008")
        #expect(decision.nearest?.name == "bert" && decision.moveTo == "bert")
        #expect(abs(try #require(decision.nearest?.angleDegrees) - 33) < 8)
    }

    @Test mutating func `a stranger lies nearest to somebody but nobody would have him`() throws {
        let identities = [identity("anna", of: 0, plus: [people[5]]), identity("bert", of: 1)]
        let decision = try #require(try Purifier().purify(identities, parameters: .kmeans).quarantine.first)
        #expect(decision.nearest?.name == "bert")
        #expect(try #require(decision.nearest).angleDegrees > 75)
        #expect(decision.moveTo == nil)
    }

    @Test mutating func `an ambiguous identity accepts nobody`() throws {
        let strayed = gallery.photograph(of: people[1], degrees: 30, deviation: 0)
        let half = gallery.photographs(of: people[2], count: 8)
        let identities = [identity("anna", of: 0, plus: [strayed]), identity("both", of: 1, plus: half)]
        let result = try Purifier().purify(identities, parameters: .kmeans)
        #expect(result.report.perIdentity.map(\.ambiguous) == [false, true])
        #expect(result.quarantine.map(\.faceID) == ["anna/008"])
        #expect(result.quarantine[0].moveTo == nil)
    }

    @Test mutating func `a single face accepts, two that would not have each other don't`() throws {
        let strayed = gallery.photograph(of: people[1], degrees: 20, deviation: 0)
        let anna = identity("anna", of: 0, plus: [strayed])
        let one = try Purifier().purify([anna, EnrolledIdentity("bert", [people[1]])], parameters: .kmeans)
        #expect(one.quarantine.map(\.moveTo) == ["bert"])
        let two = try Purifier().purify(
            [anna, EnrolledIdentity("bert", [people[1], people[3]])], parameters: .kmeans)
        #expect(two.quarantine.map { $0.nearest?.name } == ["bert"])
        #expect(two.quarantine.map(\.moveTo) == [nil])
    }

    @Test mutating func `only the identities asked for are judged, the others still count as neighbours`()
        throws
    {
        let strayed = gallery.photograph(of: people[1], degrees: 30, deviation: 0)
        let identities = [
            identity("anna", of: 0, plus: [strayed]), identity("bert", of: 1, plus: [people[4]]),
            identity("carl", of: 2), identity("carl again", of: 2),
        ]
        var parameters = PurifyParameters(method: .kmeans)
        parameters.identities = ["anna"]
        let result = try Purifier().purify(identities, parameters: parameters)
        #expect(result.report.identities == 1 && result.report.faces == 9)
        #expect(result.report.perIdentity.map(\.identity) == ["anna"])
        #expect(result.quarantine.map(\.moveTo) == ["bert"])
        #expect(result.report.possibleDuplicates.isEmpty)
        let whole = try Purifier().purify(identities, parameters: .kmeans)
        #expect(whole.report.perIdentity[0] == result.report.perIdentity[0])
        #expect(whole.report.quarantined == 2)
    }

    @Test mutating func `faces already set aside take no part`() throws {
        let active = identity("anna", of: 0)
        let aside = (0..<20).map { EnrolledFace(id: "old\($0)", embedding: people[3], isQuarantined: true) }
        let with = try Purifier().purify(
            [EnrolledIdentity(name: "anna", faces: aside + active.faces)], parameters: .kmeans)
        #expect(with == (try Purifier().purify([active], parameters: .kmeans)))
        #expect(with.report.faces == 8)
    }

    @Test mutating func `one person under two names is pointed out, the closest pair first`() throws {
        let identities = [
            identity("zoe", of: 0), identity("anna", of: 0), identity("bert", of: 1),
            EnrolledIdentity("carl", [people[2]]),
            EnrolledIdentity("carla", [SyntheticGallery.at(angle: 0.1, from: people[2], toward: people[3])]),
        ]
        let found = try Purifier().purify(identities, parameters: .kmeans).report.possibleDuplicates
        #expect(found.map(\.identities) == [["carl", "carla"], ["anna", "zoe"]])
        #expect(abs(found[0].angleDegrees - 0.1 * 180 / Double.pi) < 0.01)
        #expect(found[1].angleDegrees < 40)
        var parameters = PurifyParameters(method: .kmeans)
        parameters.possibleDuplicateLimit = 1
        #expect(
            try Purifier().purify(identities, parameters: parameters).report.possibleDuplicates == [found[0]])
    }

    @Test func `duplicates are found across blocks, each once`() throws {
        var gallery = SyntheticGallery(seed: 77, dimension: 64)
        var identities = (0..<1_200).map { EnrolledIdentity("i\(10_000 + $0)", [gallery.direction()]) }
        let twins = [(3, 1_100), (511, 512), (0, 5), (1_023, 1_199)]
        for (a, b) in twins {
            identities[b] = EnrolledIdentity(identities[b].name, [identities[a].faces[0].embedding])
        }
        var parameters = PurifyParameters(method: .kmeans)
        parameters.possibleDuplicateDegrees = 10
        let found = try Purifier().purify(identities, parameters: parameters).report.possibleDuplicates
        let expected = twins.map { [identities[$0.0].name, identities[$0.1].name] }
        #expect(Set(found.map(\.identities)) == Set(expected))
        #expect(found.count == twins.count)
        #expect(found.allSatisfy { $0.angleDegrees < 0.1 })
    }

    @Test mutating func `the counts of the report add up`() throws {
        let strayed = gallery.photographs(of: people[4], count: 3)
        let identities = [
            identity("anna", of: 0, plus: strayed), identity("bert", of: 1),
            EnrolledIdentity("carl", [people[2]]),
        ]
        let result = try Purifier().purify(identities, parameters: .kmeans)
        let report = result.report
        #expect(report.identities == 3 && report.faces == 20)
        #expect(report.kept + report.quarantined == report.faces)
        #expect(report.quarantined == result.quarantine.count && report.quarantined == 3)
        #expect(report.dominant == 17)
        for identity in report.perIdentity {
            #expect(identity.subCenters.reduce(0, +) == identity.faces)
            #expect(identity.groups.reduce(0, +) == identity.faces)
        }
    }
}
