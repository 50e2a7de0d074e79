/// Every figure of the descent.
///
/// TPAMI is Deng et al., ArcFace, section 3.3; DeepInversion is Yin et al., CVPR 2020, and its published
/// code. What was tried here is in docs/inversion.md.
package struct InversionOptions: Sendable, Equatable {
    /// Steps. TPAMI takes 20,000 from noise; from the mean face 250 to 2,000 are enough.
    package var iterations = 500
    /// Of the noise of the start.
    package var seed: UInt64 = 0
    /// Standard deviation of the noise on the start, in units of half the range of a pixel. Tried here.
    package var noise: Float = 0.05
    /// Adam's largest rate, in the same units. TPAMI has 0.25 for batches of 256; tried here for one picture.
    package var rate = 0.1
    /// Steps over which the rate rises from nothing (DeepInversion's schedule; how many was tried here).
    package var warmUpSteps = 20
    /// Adam's decay of the mean of gradients (Kingma and Ba, ICLR 2015).
    package var momentumDecay = 0.9
    /// Adam's decay of the mean of their squares (Kingma and Ba).
    package var squareDecay = 0.999
    /// Weight of the distance from the embedding; the others are in proportion to it.
    package var embeddingWeight: Float = 1
    /// Weight of the distance of the layers' statistics from those of faces. TPAMI has 0.05 of batches; a
    /// single picture may differ from the mean of faces by more, and by that weight all became one face.
    /// Tried here.
    package var statisticsWeight: Float = 5e-4
    /// Weight of the total variation. TPAMI has 1e-3; tried here.
    package var variationWeight: Float = 5e-3
    /// Weight of the picture's length (TPAMI).
    package var lengthWeight: Float = 1e-4

    package init() {}

    /// What `iterations` may be: minutes to hours.
    package static let iterationRange = 1...100_000

    /// Throws `optionInvalid` for a figure with which the descent cannot be run.
    func validate() throws(InversionError) {
        guard Self.iterationRange.contains(iterations) else {
            throw .optionInvalid(
                option: "iterations", value: "\(iterations)",
                allowed: "\(Self.iterationRange.lowerBound) to \(Self.iterationRange.upperBound)")
        }
        guard rate.isFinite, rate > 0 else {
            throw .optionInvalid(option: "rate", value: "\(rate)", allowed: "over 0")
        }
        for (name, value) in [("noise", noise), ("variation", variationWeight), ("length", lengthWeight)] {
            guard value.isFinite, value >= 0 else {
                throw .optionInvalid(option: name, value: "\(value)", allowed: "0 or more")
            }
        }
    }
}
