import Foundation

/// What a margin loss makes of the cosine between a face and its own class; other classes' cosines stay as
/// they are.
package enum MarginFunction: Sendable, Equatable {
    /// The cosine itself: plain normalised softmax.
    case softmax
    /// CosFace (Wang et al., 2018): the cosine less the margin.
    case cosFace(margin: Double)
    /// ArcFace (Deng et al., 2019): the cosine of the angle plus the margin, in radians. Beyond pi - margin,
    /// where that would rise again, it goes on falling: at the cosine's own pace, from the -1 it has reached.
    case arcFace(margin: Double)

    /// Cosines are held this far from 1 and -1, where the angle has no derivative.
    static let rim = 1e-7

    /// The own class's cosine with the margin.
    package func value(_ cosine: Double) -> Double {
        switch self {
        case .softmax: return cosine
        case .cosFace(let margin): return cosine - margin
        case .arcFace(let margin):
            let angle = acos(Self.held(cosine))
            guard angle <= .pi - margin else { return cosine + cos(margin) - 1 }
            return cos(angle + margin)
        }
    }

    /// The derivative of `value` by the cosine.
    package func slope(_ cosine: Double) -> Double {
        switch self {
        case .softmax, .cosFace: return 1
        case .arcFace(let margin):
            let angle = acos(Self.held(cosine))
            guard angle <= .pi - margin else { return 1 }
            return sin(angle + margin) / sin(angle)
        }
    }

    private static func held(_ cosine: Double) -> Double { min(1 - rim, max(rim - 1, cosine)) }
}
