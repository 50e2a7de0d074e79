/// ONNX `Concat` and `Split`: both move runs of bytes between one tensor and its parts along an axis.
package enum Concat {
    /// Joins parts along an axis.
    ///
    /// - Parameters:
    ///   - outer: product of the extents before the axis.
    ///   - parts: the inputs, and for each the bytes of its extent along the axis and all after it.
    package static func join(
        outer: Int, parts: [(base: UnsafeRawPointer, runBytes: Int)], output: UnsafeMutableRawPointer,
        pool: WorkerPool
    ) {
        let row = parts.reduce(0) { $0 + $1.runBytes }
        pool.runRanges(outer, grain: grain(row)) { range in
            for index in range {
                var target = output + index * row
                for part in parts {
                    target.copyMemory(from: part.base + index * part.runBytes, byteCount: part.runBytes)
                    target += part.runBytes
                }
            }
        }
    }

    /// Takes a tensor apart along an axis; the parameters as in `join`.
    package static func split(
        outer: Int, input: UnsafeRawPointer, parts: [(base: UnsafeMutableRawPointer, runBytes: Int)],
        pool: WorkerPool
    ) {
        let row = parts.reduce(0) { $0 + $1.runBytes }
        pool.runRanges(outer, grain: grain(row)) { range in
            for index in range {
                var source = input + index * row
                for part in parts {
                    (part.base + index * part.runBytes).copyMemory(from: source, byteCount: part.runBytes)
                    source += part.runBytes
                }
            }
        }
    }

    /// Rows that are worth a thread's while: about 128 KiB.
    private static func grain(_ rowBytes: Int) -> Int { max(1, 131_072 / max(rowBytes, 1)) }
}
