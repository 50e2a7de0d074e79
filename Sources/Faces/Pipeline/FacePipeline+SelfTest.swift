extension FacePipeline {
    /// Runs both networks on pictures of the executable: on a portrait whose answers are known where the
    /// manifest has them, else on synthetic ones. The detector's outcome comes first.
    @discardableResult
    package func selfTest() throws(FacesError) -> [SelfTestOutcome] {
        [try detector.selfTest(), try embedder.selfTest()]
    }
}
