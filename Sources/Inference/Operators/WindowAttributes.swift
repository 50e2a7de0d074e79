internal import ONNX

/// The sliding window of a convolution or pooling as the attributes describe it.
struct WindowAttributes: Sendable, Hashable {
    /// `auto_pad`.
    enum AutoPad: Sendable { case notSet, sameUpper, sameLower, valid }

    var autoPad = AutoPad.notSet
    var kernel: [Int]?
    var strides: [Int]?
    var dilations: [Int]?
    /// Beginnings, then ends.
    var pads: [Int]?
    var ceilMode = false

    /// A window of stride 1.
    init(pads: [Int], dilations: [Int]) { (self.pads, self.dilations) = (pads, dilations) }

    /// Reads what `Conv` and both pools have in common.
    init(_ reader: AttributeReader) throws(Refusal) {
        autoPad =
            try reader.choice(
                "auto_pad",
                ["NOTSET": .notSet, "SAME_UPPER": .sameUpper, "SAME_LOWER": .sameLower, "VALID": .valid])
            ?? .notSet
        kernel = try WindowAttributes.sizes(reader, "kernel_shape", atLeast: 1)
        strides = try WindowAttributes.sizes(reader, "strides", atLeast: 1)
        pads = try WindowAttributes.sizes(reader, "pads", atLeast: 0)
    }

    /// The largest of any of these, and of a window with its gaps.
    private static let largest = 1 << 24

    /// Reads a list of sizes; far larger ones than any real window are refused, so that sums cannot overflow.
    static func sizes(_ reader: AttributeReader, _ name: String, atLeast minimum: Int64) throws(Refusal)
        -> [Int]?
    {
        guard let values = try reader.ints(name) else { return nil }
        if let wrong = values.first(where: { $0 < minimum || $0 > largest }) {
            throw Refusal(name, "\(wrong) is not a size from \(minimum) up to \(largest)")
        }
        return values.map { Int($0) }
    }

    /// The window over images without the zeros that were added around them, beginnings, then ends; nil where
    /// pads follow from the padded size, are taken away, or come to more than any may be.
    func reaching(over zeros: [Int64]) -> WindowAttributes? {
        guard autoPad == .notSet || autoPad == .valid, pads == nil || pads?.count == zeros.count else {
            return nil
        }
        var sums: [Int] = []
        for (index, added) in zeros.enumerated() {
            let own = autoPad == .valid ? 0 : pads?[index] ?? 0
            guard added >= 0, added <= WindowAttributes.largest - own else { return nil }
            sums.append(own + Int(added))
        }
        var copy = self
        (copy.autoPad, copy.pads) = (.notSet, sums)
        return copy
    }
}

/// The window over an input of known size, one element an axis.
struct Window: Sendable {
    let kernel: [Int]
    let strides: [Int]
    let dilations: [Int]
    let padsBefore: [Int]
    let padsAfter: [Int]
    let output: [Int]
}

extension WindowAttributes {
    /// Places the window over the spatial extents `input`: resolves `auto_pad` and `ceil_mode` into pads and
    /// output sizes (ONNX operator specification, `Conv` and `MaxPool`).
    func placed(over input: [Int], kernel: [Int]) throws(Refusal) -> Window {
        let rank = input.count
        let strides = try list(strides, rank, "strides") ?? Array(repeating: 1, count: rank)
        let dilations = try list(dilations, rank, "dilations") ?? Array(repeating: 1, count: rank)
        let pads = try list(pads, 2 * rank, "pads") ?? Array(repeating: 0, count: 2 * rank)
        var (before, after, output): ([Int], [Int], [Int]) = ([], [], [])
        for axis in 0..<rank {
            let reach = (kernel[axis] - 1) * dilations[axis] + 1
            guard reach <= WindowAttributes.largest else {
                throw Refusal(
                    "dilations",
                    "a window of \(kernel[axis]), \(dilations[axis]) apart, reaches over more than "
                        + "\(WindowAttributes.largest) elements")
            }
            let place = try place(
                extent: input[axis], reach: reach, stride: strides[axis], before: pads[axis],
                after: pads[rank + axis])
            before.append(place.before)
            after.append(place.after)
            output.append(place.output)
        }
        return Window(
            kernel: kernel, strides: strides, dilations: dilations, padsBefore: before, padsAfter: after,
            output: output)
    }

    private func list(_ values: [Int]?, _ count: Int, _ name: String) throws(Refusal) -> [Int]? {
        guard let values else { return nil }
        guard values.count == count else {
            throw Refusal(name, "has \(values.count) elements instead of \(count)")
        }
        return values
    }

    private func place(
        extent: Int, reach: Int, stride: Int, before: Int, after: Int
    ) throws(Refusal) -> (before: Int, after: Int, output: Int) {
        switch autoPad {
        case .sameUpper, .sameLower:
            let output = (extent + stride - 1) / stride
            let total = max((output - 1) * stride + reach - extent, 0)
            let first = autoPad == .sameUpper ? total / 2 : total - total / 2
            return (first, total - first, output)
        case .valid: return (0, 0, try outputSize(extent, reach, stride, 0, 0))
        case .notSet: return (before, after, try outputSize(extent, reach, stride, before, after))
        }
    }

    private func outputSize(
        _ extent: Int, _ reach: Int, _ stride: Int, _ before: Int, _ after: Int
    ) throws(Refusal) -> Int {
        let room = extent + before + after - reach
        // In ceil mode a window that sticks out by less than its stride counts, even if it is the only one.
        guard room >= 0 || (ceilMode && room > -stride) else {
            throw Refusal(
                "kernel_shape",
                "a window of \(reach) does not fit into \(extent) with \(before) + \(after) of padding")
        }
        guard ceilMode else { return room / stride + 1 }
        let output = (room + stride - 1) / stride + 1
        // A window must start inside the input or the padding before it.
        return (output - 1) * stride >= extent + before ? output - 1 : output
    }
}
