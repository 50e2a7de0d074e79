extension FaceDetector {
    /// The first pass, the rescue passes where it found nothing, and then the caller's wishes.
    ///
    /// Sizes are filtered last: a picture with small faces only is not one in which nothing was found.
    func detect(
        in view: DetectionView, mayBeTurned: Bool, options: DetectionOptions
    ) throws(FacesError) -> [DetectedFace] {
        let minimumScore = options.minimumScore ?? manifest.minimumScore
        var found = try pass(over: view, border: 0, minimumScore: minimumScore)
        if found.isEmpty && options.rescue {
            found = try rescue(view, mayBeTurned: mayBeTurned, minimumScore: minimumScore)
        }
        let wanted = found.filter { $0.box.shorterSide >= options.minimumSize }.sorted {
            ($0.box.area, $0.score) > ($1.box.area, $1.score)
        }
        return Array(wanted.prefix(max(0, options.maximumFaces ?? .max)))
    }

    private func rescue(
        _ view: DetectionView, mayBeTurned: Bool, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        for border in RescuePlan.borders {
            let found = try pass(over: view, border: border, minimumScore: minimumScore)
            if !found.isEmpty { return found }
        }
        return mayBeTurned ? try turnedPasses(over: view, minimumScore: minimumScore) : []
    }

    private func turnedPasses(
        over view: DetectionView, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        var best: [DetectedFace] = []
        for turns in RescuePlan.turns {
            let found = try pass(
                over: view.turned(turns), border: RescuePlan.turnedBorder, minimumScore: minimumScore)
            guard (found.map(\.score).max() ?? 0) > (best.map(\.score).max() ?? 0) else { continue }
            best = found.map { $0.turnedBack(quarterTurns: turns, width: view.width, height: view.height) }
        }
        return best
    }

    /// One run of the network; faces in true pixels of the view, without those that no crop can be cut of.
    private func pass(
        over view: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        let placement = Placement(
            imageWidth: view.width, imageHeight: view.height, on: canvas, border: border)
        return try network.detect(on: view.placed(placement, on: canvas), minimumScore: minimumScore)
            .map(placement.unplace).filter { view.shows($0.box) && $0.canBeAligned }
    }
}

extension DetectedFace {
    /// The landmarks fix a similarity transform.
    fileprivate var canBeAligned: Bool {
        (try? SimilarityTransform.fitting(landmarks, to: AlignmentTemplate.arcFace)) != nil
    }
}
