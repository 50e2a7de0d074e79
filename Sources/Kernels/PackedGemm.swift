/// A fully connected layer with weights prepared at load: `Y = activation(A W + bias)`.
///
/// `alpha` and `beta` of an ONNX `Gemm` are folded into weights and bias.
package struct PackedGemm: Sendable {
    /// Features in (`k`) and out (`n`).
    package let inputs: Int
    package let outputs: Int

    /// Prepares `weights`: `[outputs, inputs]` with `transposed` (as exporters write it), else `[inputs, outputs]`.
    /// `bias` holds `outputs` elements. PReLU slopes are one an output.
    package init(
        inputs: Int, outputs: Int, weights: UnsafePointer<Float>, transposed: Bool, alpha: Float = 1,
        bias: UnsafePointer<Float>?, beta: Float = 1, activation: Activation = .none,
        table: KernelTable = .current
    ) { fatalError("to come") }

    /// `input` is `[rows, inputs]`, `output` `[rows, outputs]`, both row-major and apart.
    package func run(
        rows: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) { fatalError("to come") }
}
