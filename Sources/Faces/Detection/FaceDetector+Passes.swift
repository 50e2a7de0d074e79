extension FaceDetector {
    /// The first pass, the rescue passes where it found nothing, and then the caller's wishes.
    ///
    /// Sizes are filtered last: a picture with small faces only is not one in which nothing was found.
    func detect(
        in view: DetectionView, mayBeTurned: Bool, options: DetectionOptions
    ) throws(FacesError) -> [DetectedFace] {
        let minimumScore = options.minimumScore ?? manifest.minimumScore
        let found =
            options.rescue
            ? try search(view, mayBeTurned: mayBeTurned, minimumScore: minimumScore)
            : try pass(over: view, border: 0, minimumScore: minimumScore)
        let wanted = found.filter { $0.box.shorterSide >= options.minimumSize }.sorted {
            ($0.box.area, $0.score) > ($1.box.area, $1.score)
        }
        return Array(wanted.prefix(max(0, options.maximumFaces ?? .max)))
    }

    private func search(
        _ view: DetectionView, mayBeTurned: Bool, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        for border in [0] + RescuePlan.borders {
            let found =
                border == 0
                ? try pass(over: view, border: 0, minimumScore: minimumScore)
                : try rescuePass(over: view, border: border, minimumScore: minimumScore)
            if found.isEmpty { continue }
            guard mayBeTurned && found.allSatisfy(\.lies) else {
                return try border == 0 ? completed(found, over: view, minimumScore: minimumScore) : found
            }
            let turned = try turnedPasses(over: view, border: border, minimumScore: minimumScore)
            return Self.moreConfident(turned, than: found) ? turned : found
        }
        guard mayBeTurned else { return [] }
        for border in RescuePlan.turnedBorders {
            let found = try turnedPasses(over: view, border: border, minimumScore: minimumScore)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Where every face found is cut off by the picture's edge, there may be another that the picture is of, too large
    /// to be seen without a border.
    private func completed(
        _ found: [DetectedFace], over view: DetectionView, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        guard found.allSatisfy({ view.visibleShare(of: $0.box) < RescuePlan.wholeFace }) else { return found }
        let more = try rescuePass(over: view, border: RescuePlan.borders[0], minimumScore: minimumScore)
        return found
            + more.filter { face in
                found.allSatisfy {
                    $0.box.intersectionOverUnion(face.box) <= RescuePlan.anotherFace
                }
            }
    }

    private func turnedPasses(
        over view: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        var best: [DetectedFace] = []
        for turns in RescuePlan.turns {
            let found = try rescuePass(
                over: view.turned(turns), border: border, minimumScore: minimumScore)
            guard Self.moreConfident(found, than: best) else { continue }
            best = found.map { $0.turnedBack(quarterTurns: turns, width: view.width, height: view.height) }
        }
        return best
    }

    private static func moreConfident(_ faces: [DetectedFace], than others: [DetectedFace]) -> Bool {
        (faces.map(\.score).max() ?? 0) > (others.map(\.score).max() ?? 0)
    }

    /// A glance at a canvas of half the size, which costs a quarter, and a pass only where that sees a sign of a face.
    private func rescuePass(
        over view: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        if let glance = canvas.forGlance.flatMap(network.resized) {
            let signs = try Self.pass(
                of: glance, over: view, border: border, minimumScore: minimumScore * RescuePlan.glanceScore)
            if signs.isEmpty { return [] }
        }
        return try pass(over: view, border: border, minimumScore: minimumScore)
    }

    /// One run of the network, on as much of the canvas as the view needs.
    private func pass(
        over view: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        let placement = Placement(
            imageWidth: view.width, imageHeight: view.height, on: canvas, border: border)
        let fitting = network.resized(to: canvas.trimmed(to: placement)) ?? network
        return try Self.pass(of: fitting, over: view, border: border, minimumScore: minimumScore)
    }

    /// One run of a network; faces in true pixels of the view, without those that no crop can be cut of.
    static func pass(
        of network: any DetectionNetwork, over view: DetectionView, border: Double = 0, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        let canvas = network.canvas
        let placement = Placement(
            imageWidth: view.width, imageHeight: view.height, on: canvas, border: border)
        return try network.detect(on: view.placed(placement, on: canvas), minimumScore: minimumScore)
            .map(placement.unplace).filter { view.shows($0.box) && $0.canBeAligned }
    }
}

extension DetectedFace {
    /// The eyes stand above each other, or the face hangs upside down.
    fileprivate var lies: Bool { abs(FacePose(landmarks: landmarks).roll) > RescuePlan.lyingRoll }

    /// The landmarks fix a similarity transform.
    fileprivate var canBeAligned: Bool {
        (try? SimilarityTransform.fitting(landmarks, to: AlignmentTemplate.arcFace)) != nil
    }
}
