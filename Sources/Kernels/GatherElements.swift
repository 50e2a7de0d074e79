/// ONNX `GatherElements`: single elements of a tensor, each with a place on one axis of its own.
package struct GatherElements: Sendable {
    /// An axis of the indices, and from one place on it to the next in the data.
    private struct Axis: Sendable {
        let extent, stride: Int
    }

    private let axes: [Axis]
    private let count: Int
    private let extent, stride: Int

    /// Throws `axisInvalid`, and `geometryInvalid` where the indices reach over another axis of the data.
    package init(data: [Int], indices: [Int], axis: Int) throws(KernelError) {
        let axis = try Axes.resolve(axis, rank: data.count)
        guard indices.count == data.count,
            indices.indices.allSatisfy({ $0 == axis || indices[$0] <= data[$0] })
        else { throw .geometryInvalid("indices of shape \(indices) into \(data) along axis \(axis)") }
        let strides = Strides.contiguous(data)
        // On the axis itself places are given.
        axes = indices.indices.map { Axis(extent: indices[$0], stride: $0 == axis ? 0 : strides[$0]) }
        count = indices.reduce(1, *)
        (extent, stride) = (data[axis], strides[axis])
    }

    /// Checks every index before anything is written; negative ones count from the end. `output` is apart
    /// from the input. Throws `indexOutOfRange`.
    package func run(
        input: UnsafeRawPointer, elementType: ElementType, indices: UnsafePointer<Int64>,
        output: UnsafeMutableRawPointer, pool: WorkerPool
    ) throws(KernelError) {
        for index in UnsafeBufferPointer(start: indices, count: count)
        where index < -Int64(extent) || index >= Int64(extent) {
            throw .indexOutOfRange(index: index, extent: extent)
        }
        switch elementType.byteCount {
        case 1: run(as: UInt8.self, input, indices, output, pool)
        case 2: run(as: UInt16.self, input, indices, output, pool)
        case 4: run(as: UInt32.self, input, indices, output, pool)
        default: run(as: UInt64.self, input, indices, output, pool)
        }
    }

    private func run<Word: BitwiseCopyable>(
        as: Word.Type, _ input: UnsafeRawPointer, _ indices: UnsafePointer<Int64>,
        _ output: UnsafeMutableRawPointer, _ pool: WorkerPool
    ) {
        let input = input.assumingMemoryBound(to: Word.self)
        let output = output.assumingMemoryBound(to: Word.self)
        let row = axes.last ?? Axis(extent: 1, stride: 0)
        guard count > 0 else { return }
        pool.runRanges(count / row.extent, grain: max(1, Broadcast.grain / row.extent)) { rows in
            for index in rows {
                let source = input + offset(ofRow: index)
                for column in 0..<row.extent {
                    let place = Int(indices[index * row.extent + column])
                    output[index * row.extent + column] =
                        source[column * row.stride + (place < 0 ? place + extent : place) * stride]
                }
            }
        }
    }

    private func offset(ofRow row: Int) -> Int {
        var (rest, offset) = (row, 0)
        for axis in axes.dropLast().reversed() {
            offset += rest % axis.extent * axis.stride
            rest /= axis.extent
        }
        return offset
    }
}
