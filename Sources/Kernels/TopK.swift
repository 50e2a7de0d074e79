/// ONNX `TopK`: the largest or least elements along an axis, sorted, and where they are.
///
/// Of equal ones those that come first are taken first; NaN is larger than every number.
package struct TopK: Sendable {
    package let geometry: AxisGeometry
    package let count: Int
    package let takesLargest: Bool

    /// Traps on more elements than the axis has.
    package init(_ geometry: AxisGeometry, count: Int, takesLargest: Bool) {
        precondition(count >= 0 && count <= geometry.axis, "\(count) of \(geometry.axis) elements")
        (self.geometry, self.count, self.takesLargest) = (geometry, count, takesLargest)
    }

    /// Bytes that `run` needs on a pool of so many threads.
    package func scratchBytes(threads: Int) -> Int { count * max(threads, 1) * MemoryLayout<Int64>.stride }

    /// Floats, which may be NaN. `values` and `places` are apart from the input, and may be left out.
    package func run(
        input: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>?,
        places: UnsafeMutablePointer<Int64>?, scratch: UnsafeMutableRawPointer, pool: WorkerPool
    ) {
        if takesLargest {
            run(input, values, places, scratch, pool) { $0 > $1 || $0.isNaN && !$1.isNaN }
        } else {
            run(input, values, places, scratch, pool) { $0 < $1 || $1.isNaN && !$0.isNaN }
        }
    }

    /// The same of integers.
    package func run<Integer: FixedWidthInteger>(
        input: UnsafePointer<Integer>, values: UnsafeMutablePointer<Integer>?,
        places: UnsafeMutablePointer<Int64>?, scratch: UnsafeMutableRawPointer, pool: WorkerPool
    ) {
        if takesLargest {
            run(input, values, places, scratch, pool) { $0 > $1 }
        } else {
            run(input, values, places, scratch, pool) { $0 < $1 }
        }
    }

    private func run<Element>(
        _ input: UnsafePointer<Element>, _ values: UnsafeMutablePointer<Element>?,
        _ places: UnsafeMutablePointer<Int64>?, _ scratch: UnsafeMutableRawPointer, _ pool: WorkerPool,
        _ isBefore: (Element, Element) -> Bool
    ) {
        guard count > 0 else { return }
        let inner = geometry.inner
        let lines = geometry.outer * inner
        let chunk = max(1, Broadcast.grain / geometry.axis)
        pool.run((lines + chunk - 1) / chunk) { index, worker in
            let chosen = scratch.assumingMemoryBound(to: Int64.self) + worker * count
            for line in index * chunk..<min(lines, (index + 1) * chunk) {
                let x = input + line / inner * geometry.axis * inner + line % inner
                choose(x, chosen, isBefore)
                let first = line / inner * count * inner + line % inner
                for rank in 0..<count {
                    values?[first + rank * inner] = x[Int(chosen[rank]) * inner]
                    places?[first + rank * inner] = chosen[rank]
                }
            }
        }
    }

    /// Puts the places of the chosen elements in order: a heap of those found so far, the last of them on
    /// top.
    private func choose<Element>(
        _ x: UnsafePointer<Element>, _ chosen: UnsafeMutablePointer<Int64>,
        _ isBefore: (Element, Element) -> Bool
    ) {
        let inner = geometry.inner
        func comesBefore(_ a: Int64, _ b: Int64) -> Bool {
            let (left, right) = (x[Int(a) * inner], x[Int(b) * inner])
            return isBefore(left, right) || a < b && !isBefore(right, left)
        }
        func sink(_ start: Int, _ size: Int) {
            let moved = chosen[start]
            var place = start
            while 2 * place + 1 < size {
                var child = 2 * place + 1
                if child + 1 < size, comesBefore(chosen[child], chosen[child + 1]) { child += 1 }
                guard comesBefore(moved, chosen[child]) else { break }
                chosen[place] = chosen[child]
                place = child
            }
            chosen[place] = moved
        }
        for index in 0..<count { chosen[index] = Int64(index) }
        for start in (0..<count / 2).reversed() { sink(start, count) }
        for index in count..<geometry.axis where comesBefore(Int64(index), chosen[0]) {
            chosen[0] = Int64(index)
            sink(0, count)
        }
        for size in (1..<count).reversed() {
            (chosen[0], chosen[size]) = (chosen[size], chosen[0])
            sink(0, size)
        }
    }
}
