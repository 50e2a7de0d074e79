import Inversion
import Testing

@Suite struct AdamTests {
    @Test func `the first step is of the rate's length, against the sign of the gradient`() {
        var adam = Adam(count: 4)
        var values: [Float] = [1, 1, 1, 1]
        adam.step(&values, gradient: [5, -0.01, 0, 1e-4], rate: 0.1)
        for (value, expected) in zip(values, [0.9, 1.1, 1, 0.9] as [Float]) {
            #expect(abs(value - expected) < 1e-4, "\(values)")
        }
    }

    @Test func `a gradient that stays the same makes every step as long as the rate`() {
        var adam = Adam(count: 1)
        var values: [Float] = [0]
        for step in 1...50 {
            adam.step(&values, gradient: [3], rate: 0.01)
            #expect(abs(values[0] + 0.01 * Float(step)) < 1e-5)
        }
    }

    @Test func `steps are those of the paper's algorithm in double precision`() {
        let gradients = [0.3, -1.2, 0.05, 4, -0.7, 0, 2.5]
        var adam = Adam(count: 1)
        var values: [Float] = [0.5]
        var (x, m, v) = (0.5, 0.0, 0.0)
        var (power, squarePower) = (1.0, 1.0)
        for (index, g) in gradients.enumerated() {
            let rate = 0.1 / Double(index + 1)
            adam.step(&values, gradient: [Float(g)], rate: rate)
            (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g)
            (power, squarePower) = (power * 0.9, squarePower * 0.999)
            x -= rate * (m / (1 - power)) / ((v / (1 - squarePower)).squareRoot() + 1e-8)
            #expect(abs(Double(values[0]) - x) < 1e-5)
        }
    }
}

@Suite struct RateScheduleTests {
    @Test func `the rate rises in a line and falls along a cosine to nothing`() {
        let schedule = RateSchedule(rate: 0.1, steps: 220, warmUpSteps: 20)
        #expect(abs(schedule.rate(at: 0) - 0.005) < 1e-12)
        #expect(abs(schedule.rate(at: 9) - 0.05) < 1e-12)
        #expect(abs(schedule.rate(at: 19) - 0.1) < 1e-12)
        #expect(abs(schedule.rate(at: 20) - 0.1) < 1e-12)
        #expect(abs(schedule.rate(at: 120) - 0.05) < 1e-12)
        #expect(schedule.rate(at: 219) < 1e-4 && schedule.rate(at: 219) > 0)
        for step in 20..<219 { #expect(schedule.rate(at: step) > schedule.rate(at: step + 1)) }
    }

    @Test(arguments: [1, 2, 3, 10, 40]) func `short runs have a rate at every step and reach the whole of it`(
        steps: Int
    ) {
        let schedule = RateSchedule(rate: 0.1, steps: steps, warmUpSteps: 20)
        let rates = (0..<steps).map(schedule.rate)
        #expect(rates.allSatisfy { $0 > 0 && $0 <= 0.1 })
        #expect(abs((rates.max() ?? 0) - 0.1) < 1e-12)
    }
}
