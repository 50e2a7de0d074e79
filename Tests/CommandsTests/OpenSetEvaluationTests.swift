import Commands
import SubCenter
import Testing

@Suite struct OpenSetEvaluationTests {
    @Test func `an interval of misses is that of hits turned round, the low end first`() throws {
        // Two hundred with a second photograph, of twenty of whom no face was found in it, and forty
        // strangers.
        let people = (0..<240).map { index in
            let face: [Float] = (0..<240).map { $0 == index ? 1 : 0 }
            let second: [[Float]?] = index < 180 ? [face] : index < 200 ? [nil] : []
            return OpenSetProtocol.Person(name: "p\(1_000 + index)", photographs: [face] + second)
        }
        var all = OpenSetProtocol()
        all.enrolledShare = 1
        let evaluation = OpenSetEvaluation(
            try #require(all.run(people)), bootstrap: PersonBootstrap())
        let share = try #require(evaluation.falseNegativeRates["1e-1"] ?? nil)
        #expect(abs(share - 0.1) < 1e-12)
        let interval = try #require(evaluation.intervals["1e-1"] ?? nil)
        #expect(abs(interval[0] - 0.0584) < 0.012 && abs(interval[1] - 0.1416) < 0.012, "\(interval)")
        #expect(evaluation.intervals["1e-3"] == nil)
    }
}
