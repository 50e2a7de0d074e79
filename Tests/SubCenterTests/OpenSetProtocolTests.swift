import SubCenter
import Testing

@Suite struct OpenSetProtocolTests {
    /// Each person in a plane of its own: two photographs 20 degrees apart have a cosine of 0.94.
    private func person(_ index: Int, degrees: [Double?]) -> OpenSetProtocol.Person {
        .init(
            name: "p\(100 + index)",
            photographs: degrees.map { angle in
                angle.map { degrees in
                    let planar = SyntheticGallery.planar(degrees, dimension: 2)
                    var vector = [Float](repeating: 0, count: 40)
                    vector[2 * index] = planar[0]
                    vector[2 * index + 1] = planar[1]
                    return vector
                }
            })
    }

    @Test func `half of those with several photographs are enrolled, everybody else is a stranger`() throws {
        let people =
            (0..<8).map { person($0, degrees: [0, 20, 40]) } + (8..<12).map { person($0, degrees: [0]) }
        let outcome = try #require(OpenSetProtocol().run(people))
        #expect(outcome.identities == 4 && outcome.faces == 4)
        #expect(outcome.matedProbes == 8 && outcome.strangerProbes == 16)
        #expect(outcome.rankOneRate == 1)
        let point = try #require(outcome.metrics.point(atFalseAcceptRate: 0.1))
        #expect(point.trueAcceptRate == 1 && point.threshold > 0.7)
        #expect(outcome.metrics.point(atFalseAcceptRate: 0.05) == nil)
    }

    @Test func `a probe without a face, and one that looks like somebody else, are missed`() throws {
        // p101's second photograph lies in the plane of p100.
        let twin = OpenSetProtocol.Person(
            name: "p101",
            photographs: [person(1, degrees: [0]).photographs[0], person(0, degrees: [10]).photographs[0]])
        var all = OpenSetProtocol()
        all.enrolledShare = 1
        let people = [
            person(0, degrees: [0, 20, nil]), twin, person(2, degrees: [0]), person(3, degrees: [nil]),
        ]
        let outcome = try #require(all.run(people))
        #expect(outcome.identities == 2 && outcome.matedProbes == 3 && outcome.strangerProbes == 2)
        let rate = try #require(outcome.rankOneRate)
        // Which photograph of the twin is enrolled is drawn; the face that is missing is missed either way.
        #expect(rate < 1 && outcome.metrics.trueAcceptRate(atFalseAcceptRate: 0.5) == rate)
    }

    @Test func `intervals are those of so many people found or missed`() throws {
        // Two hundred with a second photograph, of twenty of whom no face was found in it, and forty
        // strangers.
        let people = (0..<240).map { index in
            let face: [Float] = (0..<240).map { $0 == index ? 1 : 0 }
            let second: [[Float]?] = index < 180 ? [face] : index < 200 ? [nil] : []
            return OpenSetProtocol.Person(name: "p\(1_000 + index)", photographs: [face] + second)
        }
        var all = OpenSetProtocol()
        all.enrolledShare = 1
        let outcome = try #require(all.run(people))
        #expect(outcome.identities == 200 && outcome.strangerProbes == 40)
        #expect(outcome.metrics.point(atFalseAcceptRate: 0.1)?.trueAcceptRate == 0.9)
        let found = outcome.intervals(PersonBootstrap(), falsePositiveRates: [0.1])
        let interval = try #require(found?.trueAcceptRates[0])
        // 0.9 give or take 1.96 standard deviations of the root of 0.9 * 0.1 / 200.
        #expect(abs(interval.lowerBound - 0.8584) < 0.012 && abs(interval.upperBound - 0.9416) < 0.012)
    }

    @Test func `the seed decides who is enrolled`() {
        let people = (0..<16).map { person($0, degrees: [0, 10 + Double($0)]) }
        func curve(_ seed: UInt64) -> [ROCPoint]? {
            var trial = OpenSetProtocol()
            trial.seed = seed
            return trial.run(people)?.metrics.roc
        }
        #expect(curve(0) != nil && curve(0) == curve(0))
        #expect(curve(0) != curve(1))
    }

    @Test func `without several photographs of anybody, or without strangers, there is no test`() {
        #expect(OpenSetProtocol().run([person(0, degrees: [0]), person(1, degrees: [0])]) == nil)
        #expect(OpenSetProtocol().run([]) == nil)
        var all = OpenSetProtocol()
        all.enrolledShare = 1
        #expect(all.run([person(0, degrees: [0, 1])]) == nil)
    }
}
