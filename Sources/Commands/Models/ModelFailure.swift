import Inference

/// What the engine says of a model, with the file that it says it of.
enum ModelFailure {
    /// Runs what reads the model at `path`.
    static func naming<R>(_ path: String, _ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as InferenceError {
            throw CommandFailure(file: path, "cannot be used: \(error)")
        }
    }
}
