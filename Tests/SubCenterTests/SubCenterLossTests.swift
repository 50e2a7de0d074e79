import Foundation
import SubCenter
import TestKit
import Testing

@Suite struct SubCenterLossTests {
    private static let margins: [MarginFunction] = [
        .softmax, .cosFace(margin: 0.35), .arcFace(margin: 0.5),
    ]

    @Test func `without margin and scale it is the cross entropy`() {
        let loss = SubCenterLoss(margin: .softmax, scale: 1)
        let (value, gradient) = loss.evaluate(winnerCosines: [0.5, -0.25, 0.1], label: 1)
        let total = exp(0.5) + exp(-0.25) + exp(0.1)
        #expect(abs(value - (log(total) + 0.25)) < 1e-12)
        #expect(abs(gradient[0] - exp(0.5) / total) < 1e-12)
        #expect(abs(gradient[1] - (exp(-0.25) / total - 1)) < 1e-12)
        #expect(abs(gradient.reduce(0, +)) < 1e-12)
    }

    @Test func `with two classes ArcFace is the logistic of the scaled difference`() {
        let loss = SubCenterLoss(margin: .arcFace(margin: 0.5), scale: 64)
        let (value, _) = loss.evaluate(winnerCosines: [0.7, 0.6], label: 0)
        let difference = 64 * (cos(acos(0.7) + 0.5) - 0.6)
        #expect(abs(value - log1p(exp(-difference))) < 1e-9)
    }

    @Test(arguments: margins) func `derivatives by cosines are those of finite differences`(
        margin: MarginFunction
    ) {
        let loss = SubCenterLoss(margin: margin, scale: 16)
        let cosines = [0.3, 0.62, -0.2, 0.55]
        for label in cosines.indices {
            let gradient = loss.evaluate(winnerCosines: cosines, label: label).gradient
            for index in cosines.indices {
                var (up, down) = (cosines, cosines)
                up[index] += 1e-6
                down[index] -= 1e-6
                let numeric =
                    (loss.evaluate(winnerCosines: up, label: label).loss
                        - loss.evaluate(winnerCosines: down, label: label).loss) / 2e-6
                #expect(abs(numeric - gradient[index]) < 1e-5)
            }
        }
    }

    @Test func `great scales neither overflow nor lose the gradient`() {
        let loss = SubCenterLoss(margin: .arcFace(margin: 0.5), scale: 1_000)
        let (value, gradient) = loss.evaluate(winnerCosines: [-0.9, 0.99], label: 0)
        #expect(value.isFinite && value > 1_000)
        #expect(abs(gradient[1] - 1_000) < 1e-6 && gradient[0] < 0)
    }

    @Test func `the nearest sub-center stands for its class, the first of equals`() {
        let cosines: [Float] = [0.1, 0.4, 0.4, -0.5, 0.2, 0.3]
        let winners = cosines.withUnsafeBufferPointer {
            SubCenterLoss.winners($0, offsets: [0, 3, 4, 6])
        }
        #expect(winners == [1, 3, 5])
    }

    @Test(arguments: margins) func `derivatives by face and centers are those of finite differences`(
        margin: MarginFunction
    ) {
        var gallery = SyntheticGallery(seed: 3, dimension: 6)
        let loss = SubCenterLoss(margin: margin, scale: 8)
        // Not of length 1: the cosine does not care, and the derivatives must know.
        let face = gallery.direction().map { Double($0) * 1.7 }
        let centers = (0..<4).map { index in gallery.direction().map { Double($0) * (0.5 + Double(index)) } }
        let label = 2
        func value(_ face: [Double], _ centers: [[Double]]) -> Double {
            loss.evaluate(winnerCosines: centers.map { cosine(face, $0) }, label: label).loss
        }
        let slopes = loss.evaluate(winnerCosines: centers.map { cosine(face, $0) }, label: label).gradient
        let gradients = SubCenterLoss.gradients(face: face, centers: centers, byCosine: slopes)
        for index in face.indices {
            var (up, down) = (face, face)
            up[index] += 1e-6
            down[index] -= 1e-6
            let numeric = (value(up, centers) - value(down, centers)) / 2e-6
            #expect(abs(numeric - gradients.face[index]) < 1e-5)
            for center in centers.indices {
                var (high, low) = (centers, centers)
                high[center][index] += 1e-6
                low[center][index] -= 1e-6
                let numeric = (value(face, high) - value(face, low)) / 2e-6
                #expect(abs(numeric - gradients.centers[center][index]) < 1e-5)
            }
        }
    }

    private func cosine(_ a: [Double], _ b: [Double]) -> Double {
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
}
