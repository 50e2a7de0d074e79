/// ONNX `Pad` for an input of known shape; elements of any type.
package struct Pad: Sendable {
    /// What stands outside the input.
    package enum Mode: Sendable, Hashable, CaseIterable { case constant, reflect, edge, wrap }

    package let inputShape: [Int]
    package let outputShape: [Int]
    private let before: [Int]
    private let mode: Mode

    /// Elements that one side of an axis may gain or lose; with more, places of the output could not be
    /// counted in places of the input.
    private static let furthest: Int64 = 1 << 60

    /// `before` and `after` are elements to add on each axis; negative ones take away.
    ///
    /// Throws `geometryInvalid` for lists that are not one an axis, amounts beyond all tensors, outputs of no
    /// size, and modes other than constant on an empty axis.
    package init(shape: [Int], before: [Int64], after: [Int64], mode: Mode) throws(KernelError) {
        guard before.count == shape.count, after.count == shape.count else {
            throw .geometryInvalid("pads for \(before.count) axes, rank \(shape.count)")
        }
        let amounts = -Pad.furthest...Pad.furthest
        var output: [Int] = []
        for axis in shape.indices {
            let fits = amounts.contains(before[axis]) && amounts.contains(after[axis])
            let (extent, overflow) = shape[axis].addingReportingOverflow(
                fits ? Int(before[axis] + after[axis]) : 0)
            guard fits, !overflow, extent >= 0 else {
                throw .geometryInvalid("pads \(before[axis]) and \(after[axis]) on an axis of \(shape[axis])")
            }
            guard mode == .constant || shape[axis] > 0 || extent == 0 else {
                throw .geometryInvalid("nothing to \(mode) on an axis of no elements")
            }
            output.append(extent)
        }
        guard Tensor.byteCount(shape: output, elementType: .int64) != nil else {
            throw .geometryInvalid("an output of shape \(output)")
        }
        (inputShape, outputShape, self.mode) = (shape, output, mode)
        self.before = before.map { Int($0) }
    }

    /// `constant` points to one element; nil is zero. `output` is apart from the input.
    package func run(
        input: UnsafeRawPointer, output: UnsafeMutableRawPointer, elementType: ElementType,
        constant: UnsafeRawPointer? = nil, pool: WorkerPool
    ) {
        switch elementType.byteCount {
        case 1: run(as: UInt8.self, input, output, constant, pool)
        case 2: run(as: UInt16.self, input, output, constant, pool)
        case 4: run(as: UInt32.self, input, output, constant, pool)
        default: run(as: UInt64.self, input, output, constant, pool)
        }
    }

    private func run<Word: FixedWidthInteger>(
        as: Word.Type, _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer,
        _ constant: UnsafeRawPointer?, _ pool: WorkerPool
    ) {
        let input = input.assumingMemoryBound(to: Word.self)
        let output = output.assumingMemoryBound(to: Word.self)
        let fill = constant?.loadUnaligned(as: Word.self) ?? 0
        guard let width = outputShape.last else {
            output[0] = input[0]
            return
        }
        let rows = outputShape.dropLast().reduce(1, *)
        guard rows > 0, width > 0 else { return }
        pool.runRanges(rows, grain: max(1, Broadcast.grain / width)) { range in
            for row in range {
                let target = output + row * width
                if let start = sourceRow(row) {
                    copyRow(input + start, target, fill)
                } else {
                    target.update(repeating: fill, count: width)
                }
            }
        }
    }

    /// Where the input row that fills output row `row` begins; nil when it lies in constant padding.
    private func sourceRow(_ row: Int) -> Int? {
        var (rest, offset, stride) = (row, 0, inputShape[inputShape.count - 1])
        for axis in outputShape.indices.dropLast().reversed() {
            guard let place = source(of: rest % outputShape[axis], axis: axis) else { return nil }
            offset += place * stride
            stride *= inputShape[axis]
            rest /= outputShape[axis]
        }
        return offset
    }

    private func copyRow<Word: FixedWidthInteger>(
        _ source: UnsafePointer<Word>, _ target: UnsafeMutablePointer<Word>, _ fill: Word
    ) {
        let axis = outputShape.count - 1
        let width = outputShape[axis]
        // Between these the row is the input's own.
        let first = min(max(before[axis], 0), width)
        let end = max(first, min(width, inputShape[axis] + before[axis]))
        if end > first { (target + first).update(from: source + (first - before[axis]), count: end - first) }
        for index in 0..<first {
            target[index] = self.source(of: index, axis: axis).map { source[$0] } ?? fill
        }
        for index in end..<width {
            target[index] = self.source(of: index, axis: axis).map { source[$0] } ?? fill
        }
    }

    /// The input's place that output place `index` on an axis shows; nil in constant padding.
    private func source(of index: Int, axis: Int) -> Int? {
        let (place, extent) = (index - before[axis], inputShape[axis])
        if place >= 0, place < extent { return place }
        switch mode {
        case .constant: return nil
        case .edge: return place < 0 ? 0 : extent - 1
        case .wrap: return Pad.modulo(place, extent)
        case .reflect:
            guard extent > 1 else { return 0 }
            let folded = Pad.modulo(place, 2 * (extent - 1))
            return folded < extent ? folded : 2 * (extent - 1) - folded
        }
    }

    private static func modulo(_ x: Int, _ n: Int) -> Int {
        let rest = x % n
        return rest < 0 ? rest + n : rest
    }
}
