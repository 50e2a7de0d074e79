import Foundation
import SubCenter
import Testing

@Suite struct MarginFunctionTests {
    private static let all: [MarginFunction] = [
        .softmax, .cosFace(margin: 0.35), .arcFace(margin: 0.5), .arcFace(margin: 0.2),
    ]

    @Test(arguments: stride(from: -0.99, through: 0.99, by: 0.03).map { $0 })
    func `the values are those of the papers`(cosine: Double) {
        #expect(MarginFunction.softmax.value(cosine) == cosine)
        #expect(abs(MarginFunction.cosFace(margin: 0.35).value(cosine) - (cosine - 0.35)) < 1e-12)
        guard acos(cosine) <= .pi - 0.5 else { return }
        // cos(a + m) = cos a cos m - sin a sin m
        let expected = cosine * cos(0.5) - (1 - cosine * cosine).squareRoot() * sin(0.5)
        #expect(abs(MarginFunction.arcFace(margin: 0.5).value(cosine) - expected) < 1e-9)
    }

    @Test(arguments: all) func `the slope is the derivative`(margin: MarginFunction) {
        for step in -98...98 {
            let cosine = Double(step) / 100 + 0.003
            let numeric = (margin.value(cosine + 1e-6) - margin.value(cosine - 1e-6)) / 2e-6
            #expect(abs(numeric - margin.slope(cosine)) < 1e-5, "at \(cosine)")
        }
    }

    @Test(arguments: all) func `the value falls with the angle, without a jump`(margin: MarginFunction) {
        var last = margin.value(1)
        for step in 1...3_600 {
            let value = margin.value(cos(Double(step) / 3_600 * .pi))
            #expect(value < last + 1e-9 && last - value < 2e-3, "at \(Double(step) / 20) degrees")
            last = value
        }
    }

    @Test func `a margin makes every angle up to pi - m look wider by it`() {
        let margin = MarginFunction.arcFace(margin: 0.5)
        for step in 1...52 {
            let angle = Double(step) / 20
            #expect(abs(acos(margin.value(cos(angle))) - (angle + 0.5)) < 1e-6)
        }
    }

    @Test(arguments: all) func `the rims have finite values and slopes`(margin: MarginFunction) {
        for cosine in [-1, 1, -1.000_001, 1.000_001] {
            #expect(margin.value(cosine).isFinite && margin.slope(cosine).isFinite)
        }
    }
}
