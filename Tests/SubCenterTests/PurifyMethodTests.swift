import Kernels
import Locks
import SubCenter
import Synchronization
import Testing

/// What holds for every method, and what the default is better at.
@Suite struct PurifyMethodTests {
    private static func identities(people: Int = 40, dimension: Int = 64) -> [EnrolledIdentity] {
        var gallery = SyntheticGallery(seed: 8, dimension: dimension)
        return (0..<people).map { index in
            let (person, intruder) = (gallery.direction(), gallery.direction())
            let clean = gallery.photographs(of: person, count: 6 + index % 10)
            return EnrolledIdentity(
                "p\(100 + index)", clean + gallery.photographs(of: intruder, count: 1 + index % 3))
        }
    }

    private static func found(_ result: Purification) -> (removed: Int, lost: Int) {
        let wrong = Set(
            identities().enumerated().flatMap { index, identity in
                identity.faces.suffix(1 + index % 3).map(\.id)
            })
        let removed = result.quarantine.count { wrong.contains($0.faceID) }
        return (removed, result.quarantine.count - removed)
    }

    @Test(arguments: PurifyMethod.allCases)
    func `every method finds most intruders and keeps most photographs`(method: PurifyMethod) throws {
        let result = try Purifier().purify(Self.identities(), parameters: PurifyParameters(method: method))
        let (removed, lost) = Self.found(result)
        #expect(removed >= 62, "\(removed) of 79")
        #expect(lost <= 8, "\(lost) of 420")
    }

    @Test func `weighing evidence finds nearly all and loses nearly none`() throws {
        let (removed, lost) = Self.found(try Purifier().purify(Self.identities()))
        #expect(removed >= 77, "\(removed) of 79")
        #expect(lost <= 2, "\(lost)")
    }

    @Test(arguments: PurifyMethod.allCases)
    func `the result is the same on any number of threads and in any order`(method: PurifyMethod) throws {
        let parameters = PurifyParameters(method: method)
        let reference = try Purifier().purify(Self.identities(), parameters: parameters)
        for threads in [2, 5] {
            let pooled = Purifier(pool: WorkerPool(threads: threads))
            #expect(try pooled.purify(Self.identities(), parameters: parameters) == reference)
        }
        let turned = Self.identities().reversed().map {
            EnrolledIdentity(name: $0.name, faces: $0.faces.reversed())
        }
        #expect(try Purifier().purify(turned, parameters: parameters) == reference)
    }

    @Test(arguments: PurifyMethod.allCases) func `every method is cancelled`(method: PurifyMethod) {
        let asked = Atomic(0)
        for after in [0, 1, 30, 90] {
            asked.store(0, ordering: .relaxed)
            #expect(throws: PurifyError.cancelled) {
                try Purifier(pool: WorkerPool(threads: 2)).purify(
                    Self.identities(), parameters: PurifyParameters(method: method),
                    isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).newValue > after })
            }
        }
    }

    @Test(arguments: PurifyMethod.allCases) func `progress goes from 0 to 1 and never back`(
        method: PurifyMethod
    ) throws {
        let told = Locked<[Double]>([])
        _ = try Purifier().purify(
            Self.identities(), parameters: PurifyParameters(method: method),
            progress: { value in told.withLock { $0.append(value) } })
        let values = told.withLock { $0 }
        #expect(values.first == 0 && values.last == 1 && values.count > 10)
        #expect(values == values.sorted())
    }

    @Test(arguments: PurifyMethod.allCases)
    func `empty identities, single faces and a gallery of one are taken`(method: PurifyMethod) throws {
        var gallery = SyntheticGallery(seed: 4, dimension: 64)
        let person = gallery.direction()
        let parameters = PurifyParameters(method: method)
        let mixed = [
            EnrolledIdentity("none", []), EnrolledIdentity("one", [gallery.direction()]),
            EnrolledIdentity("many", gallery.photographs(of: person, count: 8) + [gallery.direction()]),
        ]
        let report = try Purifier().purify(mixed, parameters: parameters).report
        #expect(report.perIdentity.map(\.faces) == [8 + 1, 0, 1])
        #expect(report.perIdentity[0].quarantined == ["many/008"])
        let alone = try Purifier().purify([mixed[2]], parameters: parameters).report
        #expect(alone.perIdentity[0].quarantined == ["many/008"])
        #expect(try Purifier().purify([mixed[0]], parameters: parameters).report.faces == 0)
    }

    @Test func `a face that another identity has better evidence for goes, though a stranger's would stay`()
        throws
    {
        // The strayed face is 65 degrees from anna, where one of her own may lie, but 30 from bert.
        var gallery = SyntheticGallery(seed: 6)
        let (anna, bert) = (gallery.direction(), gallery.direction())
        let toward = SyntheticGallery.at(angle: 65 * .pi / 180, from: anna, toward: bert)
        let others = (0..<20).map { index in
            let person = gallery.direction()
            return EnrolledIdentity("p\(100 + index)", gallery.photographs(of: person, count: 10))
        }
        let annas = gallery.photographs(of: anna, count: 10)
        let with = EnrolledIdentity("anna", annas + [toward])
        let without = try Purifier().purify(others + [with])
        #expect(without.quarantine.allSatisfy { $0.identity != "anna" })
        let berts = EnrolledIdentity("bert", gallery.photographs(of: bert, count: 10))
        let known = try Purifier().purify(others + [with, berts])
        let decision = try #require(known.quarantine.first { $0.identity == "anna" })
        #expect(decision.faceID == "anna/010" && decision.moveTo == "bert")
    }

    @Test func `one person under two names loses no face to the other`() throws {
        var gallery = SyntheticGallery(seed: 16)
        var identities = (0..<20).map { index in
            let person = gallery.direction()
            return EnrolledIdentity("p\(100 + index)", gallery.photographs(of: person, count: 10))
        }
        let twice = gallery.direction()
        for name in ["anna", "zoe"] {
            identities.append(EnrolledIdentity(name, gallery.photographs(of: twice, count: 10)))
        }
        let result = try Purifier().purify(identities)
        #expect(!result.quarantine.contains { ["anna", "zoe"].contains($0.identity) })
        #expect(result.report.possibleDuplicates.map(\.identities) == [["anna", "zoe"]])
    }

    @Test func `an intruder whose photographs are all alike does not outvote a person partly in profile`()
        throws
    {
        var gallery = SyntheticGallery(seed: 21)
        var identities = (0..<20).map { index in
            let person = gallery.direction()
            return EnrolledIdentity(
                "p\(100 + index)",
                (0..<10).map { _ in gallery.photograph(of: person, degrees: 30, deviation: 4) })
        }
        let (person, intruder) = (gallery.direction(), gallery.direction())
        let frontal = (0..<5).map { _ in gallery.photograph(of: person, degrees: 20, deviation: 3) }
        // Too far from the others, one by one, to cluster with them.
        let profile = (0..<4).map { _ in gallery.photograph(of: person, degrees: 69, deviation: 0) }
        let alike = (0..<6).map { _ in gallery.photograph(of: intruder, degrees: 15, deviation: 2) }
        identities.append(EnrolledIdentity("anna", frontal + profile + alike))
        let anna = try Purifier().purify(identities).report.perIdentity[0]
        #expect(anna.groups == [9, 6] && !anna.ambiguous)
        #expect(anna.quarantined == (9..<15).map { "anna/0\($0 < 10 ? "0" : "")\($0)" })
    }

    @Test func `the threshold follows the model's scores`() throws {
        // Photographs 25 degrees from their person instead of 40, as another model might have them.
        func threshold(_ degrees: Double) throws -> Double {
            var gallery = SyntheticGallery(seed: 17)
            let identities = (0..<40).map { index in
                let person = gallery.direction()
                return EnrolledIdentity(
                    "p\(100 + index)",
                    (0..<10).map { _ in gallery.photograph(of: person, degrees: degrees, deviation: 4) })
            }
            return try Purifier().purify(identities).thresholdDegrees
        }
        let (narrow, wide) = (try threshold(25), try threshold(50))
        #expect(narrow + 4 < wide, "\(narrow) and \(wide)")
    }

    @Test func `a set too large to be compared face by face is judged all the same`() throws {
        var gallery = SyntheticGallery(seed: 18, dimension: 32)
        let (person, intruder) = (gallery.direction(), gallery.direction())
        let faces = (0..<2_600).map { _ in gallery.photograph(of: person, degrees: 30, deviation: 3) }
        let wrong = (0..<40).map { _ in gallery.photograph(of: intruder, degrees: 30, deviation: 3) }
        let result = try Purifier().purify([EnrolledIdentity("A", faces + wrong)])
        #expect(result.report.perIdentity[0].groups.reduce(0, +) == 2_640)
        #expect(result.report.quarantined >= 38 && result.report.quarantined <= 60)
    }
}
