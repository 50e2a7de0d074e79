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
            var offset = 0
            for part in parts {
                copy(
                    range, from: part.base, every: part.runBytes, to: output + offset, every: row,
                    runBytes: part.runBytes)
                offset += part.runBytes
            }
        }
    }

    /// Takes a tensor apart along an axis; the parameters as in `join`. A part without memory is left out.
    package static func split(
        outer: Int, input: UnsafeRawPointer, parts: [(base: UnsafeMutableRawPointer?, runBytes: Int)],
        pool: WorkerPool
    ) {
        let row = parts.reduce(0) { $0 + $1.runBytes }
        pool.runRanges(outer, grain: grain(row)) { range in
            var offset = 0
            for part in parts {
                defer { offset += part.runBytes }
                guard let base = part.base else { continue }
                copy(
                    range, from: input + offset, every: row, to: base, every: part.runBytes,
                    runBytes: part.runBytes)
            }
        }
    }

    /// Copies one run of every row. Runs of up to four words are copied word by word: a call of `memcpy`
    /// costs more.
    private static func copy(
        _ rows: Range<Int>, from source: UnsafeRawPointer, every sourceStep: Int,
        to target: UnsafeMutableRawPointer, every targetStep: Int, runBytes: Int
    ) {
        let word = MemoryLayout<UInt32>.stride
        guard runBytes <= 4 * word, runBytes % word == 0 else {
            for row in rows {
                (target + row * targetStep).copyMemory(from: source + row * sourceStep, byteCount: runBytes)
            }
            return
        }
        for row in rows {
            let (from, to) = (source + row * sourceStep, target + row * targetStep)
            var at = 0
            while at < runBytes {
                to.storeBytes(
                    of: (from + at).loadUnaligned(as: UInt32.self), toByteOffset: at, as: UInt32.self)
                at += word
            }
        }
    }

    /// Rows that are worth a thread's while: about 64 KiB.
    private static func grain(_ rowBytes: Int) -> Int { max(1, 65_536 / max(rowBytes, 1)) }
}
