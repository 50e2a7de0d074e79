/// A picture on its way down.
struct Descent {
    private(set) var picture: [Float]
    /// Before the last step.
    private(set) var losses = InversionResult.Losses()

    private let space: PictureSpace
    private let options: InversionOptions
    private let penalty: PicturePenalty
    private let schedule: RateSchedule
    private var adam: Adam
    private var steps = 0

    init(start: [Float], space: PictureSpace, options: InversionOptions) {
        picture = start
        self.space = space
        self.options = options
        penalty = PicturePenalty(width: space.width, height: space.height)
        schedule = RateSchedule(
            rate: options.rate, steps: options.iterations, warmUpSteps: options.warmUpSteps)
        adam = Adam(
            count: start.count, momentumDecay: options.momentumDecay, squareDecay: options.squareDecay)
    }

    /// One step by the network's answer to the picture, or to its mirror image.
    mutating func step(_ answer: NetworkAnswer, mirrored: Bool) {
        var gradient = space.gradient(answer.gradient, mirrored: mirrored)
        let variation = penalty.variation(of: picture, weight: options.variationWeight, into: &gradient)
        let length = penalty.length(of: picture, weight: options.lengthWeight, into: &gradient)
        losses = InversionResult.Losses(
            embedding: answer.embeddingLoss, statistics: answer.statisticsLoss,
            variation: options.variationWeight * variation, length: options.lengthWeight * length)
        adam.step(&picture, gradient: gradient, rate: schedule.rate(at: steps))
        // There are no pixels beyond black and white.
        for index in picture.indices { picture[index] = max(-1, min(1, picture[index])) }
        steps += 1
    }
}
