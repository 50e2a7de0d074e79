/// How class sub-centers are trained on frozen embeddings: stochastic gradient descent with momentum on the
/// sub-center ArcFace loss.
package struct SubCenterTraining: Sendable, Equatable {
    package var loss = SubCenterLoss()
    /// Sweeps over the gallery.
    package var epochs = 12
    /// Of the first sweep; it falls to nothing along half a cosine.
    package var rate = 0.002
    package var momentum = 0.9
    /// Identities trained against one another at a time. The softmax of a face runs over these only, drawn
    /// anew in each sweep (class sampling), so that the cost of a face does not grow with the gallery.
    package var identitiesPerBlock = 128
    /// Photographs of an identity that a sweep looks at, drawn anew each time.
    package var photographsPerIdentity = 64
    /// Photographs in a step.
    package var batch = 512

    package init() {}
}
