/// ONNX `Cast` between any two element types.
package enum Cast {
    /// Floats to integers truncate towards zero and saturate, NaN gives 0; integers to narrower ones keep the low
    /// bits; to bool, what is not 0 (NaN too) is true; to narrower floats rounds to nearest even, overflow gives
    /// infinity. `output` is apart from the input.
    package static func run(
        input: UnsafeRawPointer, from: ElementType, output: UnsafeMutableRawPointer, to: ElementType, count: Int,
        pool: WorkerPool
    ) { fatalError("to come") }
}
