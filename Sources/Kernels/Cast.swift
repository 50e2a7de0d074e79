/// ONNX `Cast` between any two element types.
package enum Cast {
    /// Floats to integers truncate towards zero and saturate, NaN gives 0; integers to narrower ones keep the
    /// low bits; to bool, what is not 0 (NaN too) is true; to narrower floats rounds to nearest even,
    /// overflow gives infinity. `output` is apart from the input.
    package static func run(
        input: UnsafeRawPointer, from: ElementType, output: UnsafeMutableRawPointer, to: ElementType,
        count: Int,
        pool: WorkerPool
    ) {
        pool.runRanges(count, grain: Broadcast.grain) { range in
            let source = input + range.lowerBound * from.byteCount
            let target = output + range.lowerBound * to.byteCount
            if from == to {
                target.copyMemory(from: source, byteCount: range.count * to.byteCount)
            } else {
                convert(source, from, target, to, range.count)
            }
        }
    }

    /// The same to half precision and from there to float32: what half precision would make of the numbers.
    package static func roundToHalf(
        input: UnsafeRawPointer, from: ElementType, output: UnsafeMutablePointer<Float>, count: Int,
        pool: WorkerPool
    ) {
        pool.runRanges(count, grain: Broadcast.grain) { range in
            // Short enough for a core's first cache.
            withUnsafeTemporaryAllocation(of: Float16.self, capacity: min(range.count, 1_024)) { halves in
                var index = range.lowerBound
                while index < range.upperBound {
                    let length = min(halves.count, range.upperBound - index)
                    let source = input + index * from.byteCount
                    convert(source, from, halves.baseAddress!, .float16, length)
                    convert(halves.baseAddress!, .float16, output + index, .float32, length)
                    index += length
                }
            }
        }
    }

    fileprivate static func convert(
        _ input: UnsafeRawPointer, _ from: ElementType, _ output: UnsafeMutableRawPointer, _ to: ElementType,
        _ count: Int
    ) {
        switch from {
        case .float32: floats(input.assumingMemoryBound(to: Float.self), output, to, count)
        case .float64: floats(input.assumingMemoryBound(to: Double.self), output, to, count)
        case .float16: floats(input.assumingMemoryBound(to: Float16.self), output, to, count)
        case .int64: integers(input.assumingMemoryBound(to: Int64.self), output, to, count) { $0 }
        case .int32: integers(input.assumingMemoryBound(to: Int32.self), output, to, count) { $0 }
        case .int8: integers(input.assumingMemoryBound(to: Int8.self), output, to, count) { $0 }
        case .uint8: integers(input.assumingMemoryBound(to: UInt8.self), output, to, count) { $0 }
        // A byte that is not 0 is true, and true is 1.
        case .bool: integers(input.assumingMemoryBound(to: UInt8.self), output, to, count) { $0 == 0 ? 0 : 1 }
        }
    }

    @inline(__always)
    private static func integers<Source: FixedWidthInteger>(
        _ input: UnsafePointer<Source>, _ output: UnsafeMutableRawPointer, _ to: ElementType, _ count: Int,
        _ value: (Source) -> Source
    ) {
        switch to {
        case .float32: each(input, output, count) { Float(value($0)) }
        case .float64: each(input, output, count) { Double(value($0)) }
        case .float16: each(input, output, count) { Float16(value($0)) }
        case .int64: each(input, output, count) { Int64(truncatingIfNeeded: value($0)) }
        case .int32: each(input, output, count) { Int32(truncatingIfNeeded: value($0)) }
        case .int8: each(input, output, count) { Int8(truncatingIfNeeded: value($0)) }
        case .uint8: each(input, output, count) { UInt8(truncatingIfNeeded: value($0)) }
        case .bool: each(input, output, count) { UInt8($0 == 0 ? 0 : 1) }
        }
    }

    @inline(__always)
    private static func floats<Source: BinaryFloatingPoint>(
        _ input: UnsafePointer<Source>, _ output: UnsafeMutableRawPointer, _ to: ElementType, _ count: Int
    ) {
        switch to {
        case .float32: each(input, output, count) { Float($0) }
        case .float64: each(input, output, count) { Double($0) }
        case .float16: each(input, output, count) { Float16($0) }
        case .int64: each(input, output, count) { saturated(Double($0)) as Int64 }
        case .int32: each(input, output, count) { saturated(Double($0)) as Int32 }
        case .int8: each(input, output, count) { saturated(Double($0)) as Int8 }
        case .uint8: each(input, output, count) { saturated(Double($0)) as UInt8 }
        case .bool: each(input, output, count) { UInt8($0 == 0 ? 0 : 1) }
        }
    }

    @inline(__always)
    private static func each<Source, Target>(
        _ input: UnsafePointer<Source>, _ output: UnsafeMutableRawPointer, _ count: Int,
        _ convert: (Source) -> Target
    ) {
        let output = output.assumingMemoryBound(to: Target.self)
        for index in 0..<count { output[index] = convert(input[index]) }
    }

    /// The limits as doubles: the upper one may round up to the first number that no longer fits, so it is
    /// left out.
    @inline(__always)
    private static func saturated<Integer: FixedWidthInteger>(_ x: Double) -> Integer {
        if x.isNaN { return 0 }
        if x >= Double(Integer.max) { return .max }
        if x <= Double(Integer.min) { return .min }
        return Integer(x)
    }
}

extension Tensor {
    /// The same numbers as elements of another type, by the rules of `Cast`.
    package func cast(to type: ElementType) -> Tensor {
        guard type != elementType else { return self }
        return withBytes { source in
            Tensor(shape: shape, elementType: type) { target in
                guard let input = source.baseAddress, let output = target.baseAddress, count > 0 else {
                    return
                }
                Cast.convert(input, elementType, output, type, count)
            }
        }
    }
}
