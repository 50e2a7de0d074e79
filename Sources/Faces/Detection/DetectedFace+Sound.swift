extension DetectedFace {
    /// Nil for what only a broken network or a broken file gives: numbers that are not finite, boxes without
    /// area.
    init?(soundBox box: Box, score: Float, landmarks: [Point]) {
        guard score.isFinite, box.isSound, landmarks.allSatisfy(\.isFinite) else { return nil }
        self.init(box: box, score: score, landmarks: landmarks)
    }
}
