package import Inference
package import Kernels

/// Takes in pictures and gives mean and deviation of each channel of a network's values over all of them;
/// tests put one there that is known.
package protocol LayerStatistics: Sendable {
    /// Takes in a picture, [1, 3, height, width] in the network's own encoding.
    func add(_ input: Tensor) throws(InferenceError)
    /// The statistics of all that was taken in.
    func sites() -> [StatisticsSite]
}
