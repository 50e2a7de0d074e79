extension FacePipeline {
    /// Runs both networks on synthetic input and checks that what comes out is finite, of unit length and the
    /// same twice. Takes two detector runs and four embeddings.
    package func selfTest() throws(FacesError) {
        try detector.selfTest()
        try embedder.selfTest()
    }
}
