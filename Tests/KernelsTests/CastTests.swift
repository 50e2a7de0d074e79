import Kernels
import Testing

struct CastTests {
    static func cast<From, To>(_ values: [From], _ from: ElementType, _ to: ElementType, as: To.Type) -> [To]
    {
        let input = AlignedBuffer(byteCount: values.count * from.byteCount)
        values.withUnsafeBytes { input.base.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        let output = AlignedBuffer(byteCount: values.count * to.byteCount)
        Cast.run(
            input: input.base, from: from, output: output.base, to: to, count: values.count,
            pool: Support.pools[1])
        return Array(
            UnsafeBufferPointer(start: output.base.assumingMemoryBound(to: To.self), count: values.count))
    }

    static let wild: [Float] = [
        0.9, -0.9, 1.5, 127.9, 128, -129, 255.5, 256, -1, 3e9, -3e9, 1e19, -1e19, .infinity, -.infinity, .nan,
    ]

    @Test func `floats truncate and saturate and NaN is zero`() {
        #expect(
            Self.cast(Self.wild, .float32, .int8, as: Int8.self)
                == [0, 0, 1, 127, 127, -128, 127, 127, -1, 127, -128, 127, -128, 127, -128, 0])
        #expect(
            Self.cast(Self.wild, .float32, .uint8, as: UInt8.self)
                == [0, 0, 1, 127, 128, 0, 255, 255, 0, 255, 0, 255, 0, 255, 0, 0])
        #expect(
            Self.cast(Self.wild, .float32, .int32, as: Int32.self)
                == [0, 0, 1, 127, 128, -129, 255, 256, -1, .max, .min, .max, .min, .max, .min, 0])
        #expect(
            Self.cast(Self.wild, .float32, .int64, as: Int64.self)
                == [
                    0, 0, 1, 127, 128, -129, 255, 256, -1, 3_000_000_000, -3_000_000_000, .max, .min, .max,
                    .min, 0,
                ])
        #expect(
            Self.cast([9.3e18, -9.3e18, 0x1p63, -0x1p63] as [Double], .float64, .int64, as: Int64.self)
                == [.max, .min, .max, .min])
    }

    @Test func `what is not zero is true`() {
        #expect(
            Self.cast([0, -0.0, 0.1, .nan, -3] as [Float], .float32, .bool, as: UInt8.self) == [
                0, 0, 1, 1, 1,
            ])
        #expect(Self.cast([0, 256, -1] as [Int64], .int64, .bool, as: UInt8.self) == [0, 1, 1])
        #expect(Self.cast([0, 1, 7] as [UInt8], .bool, .float32, as: Float.self) == [0, 1, 1])
    }

    @Test func `integers keep their low bits`() {
        let x: [Int64] = [0, -1, 300, 1 << 40 + 5, .min, .max]
        #expect(Self.cast(x, .int64, .int8, as: Int8.self) == x.map { Int8(truncatingIfNeeded: $0) })
        #expect(Self.cast(x, .int64, .uint8, as: UInt8.self) == x.map { UInt8(truncatingIfNeeded: $0) })
        #expect(Self.cast(x, .int64, .int32, as: Int32.self) == x.map { Int32(truncatingIfNeeded: $0) })
        #expect(Self.cast([-3, 4] as [Int8], .int8, .int64, as: Int64.self) == [-3, 4])
        #expect(Self.cast([250] as [UInt8], .uint8, .int32, as: Int32.self) == [250])
    }

    @Test func `floats round once to the nearest`() {
        #expect(
            Self.cast([16_777_217, 16_777_219] as [Int32], .int32, .float32, as: Float.self) == [
                16_777_216, 16_777_220,
            ])
        #expect(Self.cast([1e300, 0.1] as [Double], .float64, .float32, as: Float.self) == [.infinity, 0.1])
        // Halfway between two halves to the even one; just above it, in double, up.
        #expect(
            Self.cast(
                [1 + 0x1p-11, 1 + 0x1p-11 + 0x1p-40, 65_520, 0x1p-25] as [Double], .float64, .float16,
                as: UInt16.self)
                == [0x3C00, 0x3C01, 0x7C00, 0])
    }

    @Test func `every half becomes the float it stands for`() {
        let patterns = (0...UInt16.max).map { $0 }
        let floats = Self.cast(patterns, .float16, .float32, as: Float.self)
        for (pattern, found) in zip(patterns, floats) {
            let exponent = Int(pattern >> 10 & 31)
            let fraction = Float(pattern & 1023)
            let sign: Float = pattern >> 15 == 1 ? -1 : 1
            if exponent == 31 {
                #expect(fraction == 0 ? found == sign * .infinity : found.isNaN)
            } else {
                let scaled = exponent == 0 ? fraction : fraction + 1_024
                #expect(
                    found == sign * scaled
                        * Float(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1))
            }
        }
        let finite = patterns.filter { $0 & 0x7C00 != 0x7C00 }
        let back = Self.cast(
            Self.cast(finite, .float16, .float32, as: Float.self), .float32, .float16, as: UInt16.self)
        #expect(back == finite)
    }

    @Test func `the same type is copied bit by bit`() {
        #expect(Self.cast([0x7FC1_2345] as [UInt32], .float32, .float32, as: UInt32.self) == [0x7FC1_2345])
    }

    @Test func `every pair of types takes small numbers over`() {
        for from in ElementType.allCases {
            for to in ElementType.allCases {
                let middle = AlignedBuffer(byteCount: 32)
                let end = AlignedBuffer(byteCount: 32)
                var result = [Float](repeating: -1, count: 4)
                let pool = Support.pools[0]
                Cast.run(
                    input: [0, 1, 1, 0] as [Float], from: .float32, output: middle.base, to: from, count: 4,
                    pool: pool)
                Cast.run(input: middle.base, from: from, output: end.base, to: to, count: 4, pool: pool)
                Cast.run(input: end.base, from: to, output: &result, to: .float32, count: 4, pool: pool)
                #expect(result == [0, 1, 1, 0], "\(from) to \(to)")
            }
        }
    }
}
