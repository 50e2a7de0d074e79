import CKernels

/// ONNX QuantizeLinear and DequantizeLinear over one tensor: which scale and zero point each element has.
package struct LinearQuantization: Sendable {
    /// The tensor as `[outer, extent, inner]` around the axis that tells scales apart; one line of all
    /// elements where none does.
    private let outer, extent, inner: Int
    /// Elements along the axis that have the same scale, and how far on the next outer, group and inner
    /// element's lies.
    private let group, outerStep, groupStep, innerStep: Int

    /// One scale for all elements.
    package init(count: Int) {
        (outer, extent, inner) = (1, 1, count)
        (group, outerStep, groupStep, innerStep) = (1, 0, 0, 0)
    }

    /// A scale for each place of an axis.
    package init(shape: [Int], axis: Int) {
        (outer, extent, inner) = LinearQuantization.around(axis, shape)
        (group, outerStep, groupStep, innerStep) = (1, 0, 1, 0)
    }

    /// A scale for each `block` neighbours along the axis; the last ones may be fewer. Traps on a block of
    /// none.
    package init(shape: [Int], axis: Int, block: Int) {
        precondition(block > 0, "blocks of \(block) elements")
        (outer, extent, inner) = LinearQuantization.around(axis, shape)
        let groups = (shape[axis] + block - 1) / block
        (group, outerStep, groupStep, innerStep) = (block, groups * inner, inner, 1)
    }

    private static func around(_ axis: Int, _ shape: [Int]) -> (Int, Int, Int) {
        (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
    }

    /// The whole numbers that a type of bytes has; nil for others.
    package static func range(of type: ElementType) -> ClosedRange<Int>? {
        switch type {
        case .uint8: 0...255
        case .int8: -128...127
        default: nil
        }
    }

    /// Lines of fewer elements than these cost more to call a kernel for than to go through.
    private static let shortest = 8

    /// Calls `body` with neighbouring elements that have the scale of this index.
    private func eachLine(_ pool: WorkerPool, _ body: (_ elements: Range<Int>, _ scale: Int) -> Void) {
        guard outer * extent != 1 else {
            return pool.runRanges(inner, grain: Broadcast.grain) { range in
                guard innerStep > 0 else { return body(range, 0) }
                for index in range { body(index..<index + 1, index * innerStep) }
            }
        }
        pool.runRanges(outer * extent, grain: max(1, Broadcast.grain / max(inner, 1))) { rows in
            for row in rows {
                let scale = row / extent * outerStep + row % extent / group * groupStep
                let first = row * inner
                guard innerStep > 0 else {
                    body(first..<first + inner, scale)
                    continue
                }
                for index in 0..<inner { body(first + index..<first + index + 1, scale + index * innerStep) }
            }
        }
    }

    /// `output = input / scale + zero`, rounded to the nearest, ties to even, and held within the type's
    /// range, which is uint8 or int8; NaN becomes the least. `zeros` are of the output's type, nil for 0.
    package func quantize(
        _ input: UnsafePointer<Float>, scales: UnsafePointer<Float>, zeros: UnsafeRawPointer?,
        to type: ElementType, output: UnsafeMutableRawPointer, pool: WorkerPool, table: KernelTable = .current
    ) {
        guard let range = LinearQuantization.range(of: type) else {
            preconditionFailure("\(type) is no type of bytes")
        }
        let output = output.assumingMemoryBound(to: UInt8.self)
        let (low, high) = (Int32(range.lowerBound), Int32(range.upperBound))
        let kernel = table.functions.pointee.quantise_line!
        eachLine(pool) { elements, index in
            let zero = LinearQuantization.number(zeros, type, index)
            kernel(
                input + elements.lowerBound, elements.count, scales[index], Int32(zero), low, high,
                output + elements.lowerBound)
        }
    }

    /// `output = (input - zero) * scale`. `zeros` are of the input's type, uint8, int8 or int32, nil for 0;
    /// scales that are nil are 1.
    package func dequantize(
        _ input: UnsafeRawPointer, from type: ElementType, scales: UnsafePointer<Float>?,
        zeros: UnsafeRawPointer?, output: UnsafeMutablePointer<Float>, pool: WorkerPool,
        table: KernelTable = .current
    ) {
        let kernel = table.functions.pointee.dequantise_line!
        eachLine(pool) { elements, index in
            let zero = LinearQuantization.number(zeros, type, index)
            let scale = scales.map { $0[index] } ?? 1
            guard type == .int32 || elements.count < LinearQuantization.shortest else {
                return kernel(
                    input.assumingMemoryBound(to: UInt8.self) + elements.lowerBound, type == .int8 ? 1 : 0,
                    elements.count, scale, Int32(zero), output + elements.lowerBound)
            }
            for element in elements {
                output[element] = Float(LinearQuantization.number(input, type, element) - zero) * scale
            }
        }
    }

    private static func number(_ numbers: UnsafeRawPointer?, _ type: ElementType, _ index: Int) -> Int {
        guard let numbers else { return 0 }
        switch type {
        case .uint8: return Int(numbers.load(fromByteOffset: index, as: UInt8.self))
        case .int8: return Int(numbers.load(fromByteOffset: index, as: Int8.self))
        case .int32: return Int(numbers.load(fromByteOffset: index * 4, as: Int32.self))
        default: preconditionFailure("\(type) is not quantised")
        }
    }
}

extension LinearQuantization {
    /// The least and the largest of these elements and 0; NaN is left out.
    package static func extent(
        _ input: UnsafePointer<Float>, count: Int, pool: WorkerPool, table: KernelTable = .current
    ) -> (least: Float, largest: Float) {
        let chunk = Broadcast.grain
        let chunks = (count + chunk - 1) / chunk
        let kernel = table.functions.pointee.extent!
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: max(2 * chunks, 1)) { bounds in
            pool.run(chunks) { index in
                let first = index * chunk
                let bound = bounds.baseAddress! + 2 * index
                kernel(input + first, min(chunk, count - first), bound, bound + 1)
            }
            return (0..<chunks).reduce(into: (least: Float(0), largest: Float(0))) { all, index in
                all = (min(all.least, bounds[2 * index]), max(all.largest, bounds[2 * index + 1]))
            }
        }
    }

    /// ONNX DynamicQuantizeLinear's scale and zero point for such elements: 0 to 255 reach from the one to
    /// the other. Where both are 0 the scale is 1.
    package static func dynamicScale(least: Float, largest: Float) -> (scale: Float, zero: UInt8) {
        let scale = least == largest ? 1 : (largest - least) / 255
        let zero = (-least / scale).rounded(.toNearestOrEven)
        // Of an infinite element nothing sound is left.
        return (scale, zero.isNaN ? 0 : UInt8(max(0, min(255, zero))))
    }
}
