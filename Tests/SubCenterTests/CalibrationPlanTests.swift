import SubCenter
import Testing

@Suite struct CalibrationPlanTests {
    private func identities(_ count: Int, faces: Int) -> [CalibrationPlan.Identity] {
        (0..<count).map { .init(name: "p\(1_000_000 + $0)", faces: faces) }
    }

    @Test func `a small gallery takes part whole, up to twenty photographs of each`() {
        let plan = CalibrationPlan(
            [.init(name: "b", faces: 3), .init(name: "a", faces: 500), .init(name: "c", faces: 0)],
            CalibrationParameters())
        #expect(plan.identities.map(\.name) == ["a", "b"])
        #expect(plan.photographsEach == 20)
    }

    @Test func `a large gallery keeps its people and gives up photographs`() {
        let plan = CalibrationPlan(identities(10_000, faces: 20), CalibrationParameters())
        #expect(plan.identities.count == 10_000 && plan.photographsEach == 3)
    }

    @Test func `a huge gallery gives up people, evenly and by seed`() {
        var parameters = CalibrationParameters()
        let all = identities(100_000, faces: 5)
        let plan = CalibrationPlan(all, parameters)
        #expect(plan.identities.count == 16_384 && plan.photographsEach == 2)
        #expect(plan == CalibrationPlan(all.reversed(), parameters))
        parameters.seed = 1
        #expect(plan.identities != CalibrationPlan(all, parameters).identities)
    }

    @Test(arguments: [
        (1e-2, 1_000), (1e-3, 10_000), (1e-4, 100_000), (1e-6, 10_000_000), (0.003, 3_334), (0.5, 20),
    ])
    func `ten false matches have to be expected`(rate: Double, trials: Int) {
        #expect(CalibrationParameters().trialsNeeded(for: rate) == trials)
    }
}
