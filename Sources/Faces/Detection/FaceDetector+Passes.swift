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
        lazy var small = view.reduced(to: canvas)
        for border in [0] + RescuePlan.borders {
            let found =
                border == 0
                ? try pass(over: view, border: 0, minimumScore: minimumScore)
                : try rescuePass(over: view, small, border: border, minimumScore: minimumScore)
            if found.isEmpty { continue }
            guard mayBeTurned && found.allSatisfy(\.lies) else {
                guard border == 0, Self.areCutOff(found, in: view) else { return found }
                return try completed(found, over: view, small, minimumScore: minimumScore)
            }
            let turned = try turnedPasses(over: view, small, border: border, minimumScore: minimumScore)
            return Self.moreConfident(turned, than: found) ? turned : found
        }
        guard mayBeTurned else { return [] }
        for border in RescuePlan.turnedBorders {
            let found = try turnedPasses(over: view, small, border: border, minimumScore: minimumScore)
            if !found.isEmpty { return found }
        }
        return []
    }

    private static func areCutOff(_ faces: [DetectedFace], in view: DetectionView) -> Bool {
        faces.allSatisfy { view.visibleShare(of: $0.box) < RescuePlan.wholeFace }
    }

    /// Where every face found is cut off by the picture's edge, there may be another that the picture is of,
    /// too large to be seen without a border.
    private func completed(
        _ found: [DetectedFace], over view: DetectionView, _ small: DetectionView, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        let more = try rescuePass(
            over: view, small, border: RescuePlan.borders[0], minimumScore: minimumScore)
        return found
            + more.filter { face in
                found.allSatisfy {
                    $0.box.intersectionOverUnion(face.box) <= RescuePlan.anotherFace
                }
            }
    }

    private func turnedPasses(
        over view: DetectionView, _ small: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        var best: [DetectedFace] = []
        for turns in RescuePlan.turns {
            let found = try rescuePass(
                over: view.turned(turns), small.turned(turns), border: border, minimumScore: minimumScore)
            guard Self.moreConfident(found, than: best) else { continue }
            best = found.map { $0.turnedBack(quarterTurns: turns, width: view.width, height: view.height) }
        }
        return best
    }

    private static func moreConfident(_ faces: [DetectedFace], than others: [DetectedFace]) -> Bool {
        (faces.map(\.score).max() ?? 0) > (others.map(\.score).max() ?? 0)
    }

    /// A glance at a canvas of half the size, which costs a quarter, and a pass only where that sees a sign
    /// of a face. The glance is at `small`, the same view with no more pixels than the whole canvas has.
    private func rescuePass(
        over view: DetectionView, _ small: DetectionView, border: Double, minimumScore: Float
    ) throws(FacesError) -> [DetectedFace] {
        if let glance = canvas.forGlance.flatMap(network.resized) {
            let signs = try Self.pass(
                of: glance, over: small, border: border, minimumScore: minimumScore * RescuePlan.glanceScore)
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
        let picture = view.placed(placement, on: canvas, sharing: network.sharing)
        return try network.detect(on: picture, minimumScore: minimumScore)
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
