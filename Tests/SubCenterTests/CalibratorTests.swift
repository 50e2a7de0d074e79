import SubCenter
import TestKit
import Testing

@Suite struct CalibratorTests {
    private static func people(_ count: Int, photographs: Int, seed: UInt64 = 3) -> [EnrolledIdentity] {
        var gallery = SyntheticGallery(seed: seed)
        return (0..<count).map { index in
            let person = gallery.direction()
            return EnrolledIdentity("person \(index)", gallery.photographs(of: person, count: photographs))
        }
    }

    private static func sample(
        _ people: [EnrolledIdentity], _ parameters: CalibrationParameters = CalibrationParameters()
    ) throws -> CalibrationSample {
        let plan = CalibrationPlan(
            people.map { .init(name: $0.name, faces: $0.faces.count) }, parameters)
        var sample = CalibrationSample(plan, dimension: 128)
        for chosen in plan.identities {
            try sample.add(try #require(people.first { $0.name == chosen.name }))
        }
        return sample
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Every pair by hand.
    private static func scores(_ people: [EnrolledIdentity]) -> (genuine: [Double], impostors: [Double]) {
        let faces = people.enumerated().flatMap { owner, person in person.faces.map { (owner, $0.embedding) }
        }
        var (genuine, impostors): ([Double], [Double]) = ([], [])
        for first in faces.indices {
            for second in faces[(first + 1)...] {
                let score = cosine(faces[first].1, second.1)
                if faces[first].0 == second.0 { genuine.append(score) } else { impostors.append(score) }
            }
        }
        return (genuine, impostors)
    }

    private static func threshold(
        _ calibration: Calibration, _ rate: Double
    ) throws -> CalibrationPoint.Threshold {
        guard case .threshold(let found)? = calibration.point(at: rate)?.outcome else {
            Issue.record("no threshold for \(rate)")
            throw PurifyError.cancelled
        }
        return found
    }

    @Test func `thresholds and rates are those of all pairs counted by hand`() throws {
        let people = Self.people(60, photographs: 8)
        let calibration = try Calibrator(Self.sample(people)).calibrate()
        let (genuine, impostors) = Self.scores(people)
        #expect(calibration.identities == 60 && calibration.photographs == 480 && calibration.faces == 480)
        #expect(calibration.genuine.total == genuine.count && calibration.impostors.total == impostors.count)
        let mean = genuine.reduce(0, +) / Double(genuine.count)
        #expect(abs(try #require(calibration.genuine.mean) - mean) < 1e-5)
        for rate in [1e-2, 1e-3, 1e-4] {
            let found = try Self.threshold(calibration, rate)
            let allowed = Int(rate * Double(impostors.count))
            let exact = impostors.sorted(by: >)[allowed]
            // Just over the first score that may no longer match, to the step of the histogram.
            #expect(abs(Double(found.similarity) - exact) <= 1.1e-5, "\(rate)")
            let matches = impostors.count { $0 >= Double(found.similarity) }
            #expect(matches == found.falseMatches && matches <= allowed)
            let share = Double(genuine.count { $0 >= Double(found.similarity) }) / Double(genuine.count)
            #expect(abs(try #require(found.trueMatchRate) - share) < 1e-3)
            #expect(try #require(found.trueMatchInterval).contains(share))
        }
    }

    @Test func `what the threshold does to a search is counted for every photograph`() throws {
        let people = Self.people(30, photographs: 6, seed: 8)
        let calibration = try Calibrator(Self.sample(people)).calibrate()
        let found = try Self.threshold(calibration, 1e-2)
        let limit = Double(found.similarity)
        var (wrong, missed) = (0, 0)
        for (owner, person) in people.enumerated() {
            for face in person.faces {
                let others = people.enumerated().filter { $0.offset != owner }.flatMap(\.element.faces)
                let other = others.map { Self.cosine($0.embedding, face.embedding) }.max()!
                let own = person.faces.filter { $0.id != face.id }
                    .map { Self.cosine($0.embedding, face.embedding) }.max()!
                if other >= limit { wrong += 1 }
                if own < limit || other > own { missed += 1 }
            }
        }
        #expect(abs(found.falsePositiveIdentificationRate - Double(wrong) / 180) < 1e-9)
        #expect(abs(try #require(found.falseNegativeIdentificationRate) - Double(missed) / 180) < 1e-9)
    }

    @Test func `the interval of the true match rate is that of so many people, not of so many pairs`() throws
    {
        // Sixty people of whom twelve look so different in each photograph that no pair of theirs matches.
        var gallery = SyntheticGallery(seed: 31)
        let people = (0..<60).map { index in
            let person = gallery.direction()
            let faces = (0..<6).map { _ in
                index < 12
                    ? gallery.direction() : gallery.photograph(of: person, degrees: 20, deviation: 2)
            }
            return EnrolledIdentity("person \(index)", faces)
        }
        let found = try Self.threshold(try Calibrator(Self.sample(people)).calibrate(), 1e-2)
        let interval = try #require(found.trueMatchInterval)
        #expect(abs(try #require(found.trueMatchRate) - 0.8) < 0.01)
        // 0.8 give or take 1.96 standard deviations of the root of 0.8 * 0.2 / 60; by its 900 pairs it were
        // 0.774 to 0.826.
        #expect(abs(interval.lowerBound - 0.699) < 0.03 && abs(interval.upperBound - 0.901) < 0.03)
    }

    @Test func `where nobody is missed the interval says what so few people can show`() throws {
        var gallery = SyntheticGallery(seed: 32)
        func interval(_ count: Int) throws -> ClosedRange<Double>? {
            let people = (0..<count).map { index in
                let person = gallery.direction()
                let faces = (0..<6).map { _ in gallery.photograph(of: person, degrees: 20, deviation: 2) }
                return EnrolledIdentity("person \(index)", faces)
            }
            let found = try Self.threshold(try Calibrator(Self.sample(people)).calibrate(), 1e-2)
            #expect(found.trueMatchRate == 1)
            return found.trueMatchInterval
        }
        // Wilson's for 30 of 30.
        let thirty = try #require(try interval(30))
        #expect(abs(thirty.lowerBound - 0.8865) < 1e-3 && thirty.upperBound == 1)
        #expect(try interval(19) == nil)
    }

    @Test func `the faces of the gallery are told, also those that were not drawn`() throws {
        var parameters = CalibrationParameters()
        parameters.mostPhotographs = 40
        let calibration = try Calibrator(Self.sample(Self.people(30, photographs: 9), parameters)).calibrate()
        #expect(calibration.identities == 20 && calibration.photographs == 40 && calibration.faces == 270)
    }

    @Test func `a rate without trials enough gets no threshold`() throws {
        let calibration = try Calibrator(Self.sample(Self.people(20, photographs: 5))).calibrate()
        // 100 photographs: 4,950 pairs, 200 of them genuine.
        #expect(calibration.impostors.total == 4_750 && calibration.genuine.total == 200)
        _ = try Self.threshold(calibration, 1e-2)
        #expect(calibration.point(at: 1e-3)?.outcome == .insufficientTrials(needed: 10_000))
        #expect(calibration.point(at: 1e-4)?.outcome == .insufficientTrials(needed: 100_000))
        #expect(calibration.point(at: 1e-3)?.trials == 4_750)
    }

    @Test func `few people say nothing about strangers however many photographs they have`() throws {
        let calibration = try Calibrator(Self.sample(Self.people(9, photographs: 20))).calibrate()
        #expect(calibration.impostors.total == 14_400)
        #expect(calibration.point(at: 1e-2)?.outcome == .insufficientIdentities(needed: 10))
    }

    @Test func `a burst of frames counts as one photograph`() throws {
        let people = Self.people(30, photographs: 6)
        var gallery = SyntheticGallery(seed: 9)
        let burst = people.map { person in
            let frames = (0..<12).map { _ in
                gallery.photograph(of: person.faces[0].embedding, degrees: 4, deviation: 1)
            }
            return EnrolledIdentity(person.name, person.faces.map(\.embedding) + frames)
        }
        let (plain, shaken) = (
            try Calibrator(Self.sample(people)).calibrate(), try Calibrator(Self.sample(burst)).calibrate()
        )
        #expect(shaken.faces == 540 && shaken.photographs == plain.photographs)
        #expect(shaken.genuine.total == plain.genuine.total)
        #expect(
            abs(try #require(shaken.genuine.mean) - (try #require(plain.genuine.mean))) < 0.02)
        // Counted one by one they would.
        var parameters = CalibrationParameters()
        parameters.duplicateCosine = 1
        let naive = try Calibrator(Self.sample(burst, parameters)).calibrate()
        #expect(try #require(naive.genuine.mean) > (try #require(plain.genuine.mean)) + 0.1)
    }

    @Test func `the same gallery and seed give the same answer, in whatever order it comes`() throws {
        var parameters = CalibrationParameters()
        parameters.mostPhotographs = 150
        let people = Self.people(40, photographs: 9)
        var gallery = SyntheticGallery(seed: 1)
        let shuffled = gallery.shuffled(people).map {
            EnrolledIdentity(name: $0.name, faces: gallery.shuffled($0.faces))
        }
        let one = try Calibrator(Self.sample(people, parameters)).calibrate()
        let other = try Calibrator(Self.sample(shuffled, parameters)).calibrate()
        #expect(one.genuine == other.genuine && one.impostors == other.impostors)
        #expect(one.points == other.points && one.photographs == 120)
        parameters.seed = 1
        #expect(try Calibrator(Self.sample(people, parameters)).calibrate().impostors != one.impostors)
    }

    @Test func `two names of one person are listed, and their scores are false matches`() throws {
        var people = Self.people(20, photographs: 6)
        let faces = people[0].faces.map(\.embedding)
        people[0] = EnrolledIdentity("first name", Array(faces[..<3]))
        people.append(EnrolledIdentity("second name", Array(faces[3...])))
        let calibration = try Calibrator(Self.sample(people)).calibrate()
        #expect(calibration.possibleDuplicates.map(\.identities) == [["first name", "second name"]])
        #expect(calibration.impostors.total == 120 * 119 / 2 - calibration.genuine.total)
    }

    @Test func `the same photographs under many names leave no threshold`() throws {
        let face = SyntheticGallery.planar(10, dimension: 128)
        let people = (0..<40).map { EnrolledIdentity("name \($0)", [face]) }
        var parameters = CalibrationParameters()
        parameters.falseMatchRates = [0.1]
        let calibration = try Calibrator(Self.sample(people, parameters)).calibrate()
        #expect(calibration.points.map(\.outcome) == [.unreachable])
        #expect(calibration.genuine.mean == nil)
    }

    @Test func `faces set aside, empty identities and an empty gallery are nothing to go by`() throws {
        let faces = (0..<3).map {
            EnrolledFace(
                id: "\($0)", embedding: SyntheticGallery.planar(Double($0) * 30, dimension: 128),
                isQuarantined: $0 == 0)
        }
        let people = [EnrolledIdentity(name: "a", faces: faces), EnrolledIdentity(name: "b", faces: [])]
        let calibration = try Calibrator(Self.sample(people)).calibrate()
        #expect(calibration.identities == 1 && calibration.genuine.total == 1)
        let empty = try Calibrator(Self.sample([])).calibrate()
        #expect(empty.identities == 0 && empty.points.count == 5)
        #expect(empty.points[0].outcome == .insufficientTrials(needed: 1_000))
    }

    @Test func `a calibration is given up when it is cancelled`() throws {
        let sample = try Self.sample(Self.people(20, photographs: 5))
        #expect(throws: PurifyError.cancelled) { try Calibrator(sample).calibrate(isCancelled: { true }) }
    }

    @Test func `an embedding that is not a direction of the gallery's dimension is refused`() {
        var sample = CalibrationSample(
            CalibrationPlan([.init(name: "a", faces: 1)], CalibrationParameters()), dimension: 128)
        #expect(throws: PurifyError.dimensionMismatch(faceID: "a/000", dimension: 3, expected: 128)) {
            try sample.add(EnrolledIdentity("a", [SyntheticGallery.planar(0)]))
        }
        #expect(throws: PurifyError.notUnit(faceID: "a/000")) {
            try sample.add(EnrolledIdentity("a", [[Float](repeating: 1, count: 128)]))
        }
    }
}
