import CImageCodecs
import Imaging
import TestKit
import Testing

/// The C loops of every instruction set that this CPU has give the bytes of the portable ones.
@Suite struct PixelKernelTests {
    private let sets = [CIMAGE_AVX2, CIMAGE_AVX512].compactMap { cimage_pixels_for($0) }
    private let portable = cimage_pixels_for(CIMAGE_PORTABLE)!
    /// Around the widths of vectors and blocks.
    private static let widths = [
        1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 255, 511, 512, 513, 1_025,
    ]

    private func bytes(_ count: Int, seed: Int) -> [UInt8] {
        var random = SeededGenerator(seed: UInt64(seed))
        return (0..<count).map { _ in .random(in: 0...255, using: &random) }
    }

    @Test(arguments: widths, [(false, false), (true, false), (false, true), (true, true)])
    func `rows of planes`(width: Int, halves: (columns: Bool, rows: Bool)) {
        let height = 5
        let chromaWidth = halves.columns ? (width + 1) / 2 : width, chromaHeight = halves.rows ? 3 : height
        var memory = bytes(width * height + 2 * chromaWidth * chromaHeight, seed: width)
        memory.withUnsafeMutableBufferPointer { memory in
            var planes = CImagePlanes()
            planes.luma = memory.baseAddress
            planes.blue = planes.luma + width * height
            planes.red = planes.blue + chromaWidth * chromaHeight
            (planes.luma_stride, planes.chroma_stride) = (width, chromaWidth)
            (planes.width, planes.height) = (UInt32(width), UInt32(height))
            (planes.chroma_width, planes.chroma_height) = (UInt32(chromaWidth), UInt32(chromaHeight))
            (planes.halves_columns, planes.halves_rows) = (halves.columns ? 1 : 0, halves.rows ? 1 : 0)
            for y in 0..<height {
                for x in Set([0, width / 3, width - 1]) {
                    func row(_ table: UnsafePointer<CImagePixelTable>) -> [UInt8] {
                        var rgb = [UInt8](repeating: 0, count: (width - x) * 3)
                        table.pointee.planes_row(&planes, UInt32(x), UInt32(y), UInt32(width - x), &rgb)
                        return rgb
                    }
                    for table in sets { #expect(row(table) == row(portable)) }
                }
            }
        }
    }

    /// Of every pair of colour differences, on luma from end to end: jdcolor.c's factors of 1/65536, rounded
    /// down.
    @Test func `colours are libjpeg's`() {
        let luma = [0, 1, 37, 64, 100, 127, 128, 129, 180, 200, 254, 255].map(UInt8.init)
        func clamped(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 255)) }
        for table in [portable] + sets {
            var wrong = 0
            for blue in UInt8.min...UInt8.max {
                var memory = luma.flatMap { Array(repeating: $0, count: 256) }
                memory += Array(repeating: blue, count: memory.count)
                memory += luma.flatMap { _ in Array(UInt8.min...UInt8.max) }
                let count = memory.count / 3
                var rgb = [UInt8](repeating: 0, count: 3 * count)
                memory.withUnsafeMutableBufferPointer { memory in
                    var planes = CImagePlanes()
                    planes.luma = memory.baseAddress
                    planes.blue = planes.luma + count
                    planes.red = planes.blue + count
                    (planes.luma_stride, planes.chroma_stride) = (count, count)
                    (planes.width, planes.height) = (UInt32(count), 1)
                    (planes.chroma_width, planes.chroma_height) = (UInt32(count), 1)
                    table.pointee.planes_row(&planes, 0, 0, UInt32(count), &rgb)
                }
                for index in 0..<count {
                    let (y, b, r) = (Int(luma[index / 256]), Int(blue) - 128, index % 256 - 128)
                    let expected = [
                        clamped(y + (91881 * r + 32768) >> 16),
                        clamped(y + (32768 - 22554 * b - 46802 * r) >> 16),
                        clamped(y + (116130 * b + 32768) >> 16),
                    ]
                    for channel in 0..<3 where rgb[3 * index + channel] != expected[channel] { wrong += 1 }
                }
            }
            #expect(wrong == 0)
        }
    }

    @Test(arguments: widths)
    func `both steps of a resize`(width: Int) {
        let line = bytes(width * 3, seed: width)
        var random = SeededGenerator(seed: 3)
        let taps = (0..<100).map { _ in
            let (first, weight) = (
                Int.random(in: 0..<width, using: &random), Int32.random(in: 0...2048, using: &random)
            )
            return CImageTap(
                first: UInt32(first), second: UInt32(min(first + 1, width - 1)), first_weight: weight,
                second_weight: 2048 - weight)
        }
        func resized(_ table: UnsafePointer<CImagePixelTable>) -> ([Int16], [UInt8]) {
            var sums = [Int16](repeating: 0, count: 300), row = [UInt8](repeating: 0, count: 300)
            table.pointee.resize_across(line, line.count, taps, 100, &sums)
            table.pointee.resize_down(sums, sums.reversed(), taps[0], 300, &row)
            return (sums, row)
        }
        for table in sets { #expect(resized(table) == resized(portable)) }
    }

    @Test(arguments: widths, [1, 2, 3, 64])
    func `block means`(width: Int, factor: Int) {
        for lines in [1, factor] {
            let rgb = bytes(width * lines * 3, seed: width)
            func means(_ table: UnsafePointer<CImagePixelTable>) -> [UInt8] {
                var sums = [UInt16](repeating: 0, count: width * 3)
                var row = [UInt8](repeating: 0, count: (width + factor - 1) / factor * 3)
                table.pointee.block_means(rgb, UInt32(width), UInt32(lines), UInt32(factor), &sums, &row)
                return row
            }
            for table in sets { #expect(means(table) == means(portable)) }
        }
    }

    @Test(arguments: widths)
    func `planes of floats`(width: Int) {
        let rgb = bytes(width * 3, seed: width)
        var encoding = CImageEncoding(
            channel: (2, 1, 0), mean: (127.5, 104, 0), deviation: (127.5, 1, 58.395),
            factor: (1 / 128, 1, 0.5), multiplies: 0)
        func floats(_ table: UnsafePointer<CImagePixelTable>) -> [Float] {
            var planes = [Float](repeating: 7, count: width * 3 + 10)
            table.pointee.float_planes(rgb, width, &encoding, &planes, width + 5)
            return planes
        }
        for _ in 0..<2 {
            for table in sets { #expect(floats(table) == floats(portable)) }
            let value = Float(rgb[2]) - 127.5
            #expect(floats(portable)[0] == (encoding.multiplies == 0 ? value / 127.5 : value / 128))
            #expect(floats(portable)[width..<(width + 5)].allSatisfy { $0 == 7 })
            encoding.multiplies = 1
        }
    }

    @Test(arguments: [
        CImageAffine(a: 0.83, b: -0.31, tx: 2.7, c: 0.29, d: 0.77, ty: -1.6),
        CImageAffine(a: 2.1, b: 0.4, tx: -9, c: -0.5, d: 1.7, ty: 3),
        CImageAffine(a: 1, b: 0, tx: 0, c: 0, d: 1, ty: 0),
        CImageAffine(a: .nan, b: 1e300, tx: 0, c: 1, d: -.infinity, ty: 0),
    ])
    func `rows of a warp`(affine: CImageAffine) {
        var affine = affine
        for (width, height) in [(1, 1), (2, 3), (23, 17), (64, 31)] {
            let rgb = bytes(width * height * 3, seed: width)
            rgb.withUnsafeBufferPointer { rgb in
                var source = CImageSource(rgb: rgb.baseAddress, width: UInt32(width), height: UInt32(height))
                for y in 0..<20 {
                    func row(_ table: UnsafePointer<CImagePixelTable>) -> [UInt8] {
                        var row = [UInt8](repeating: 9, count: 41 * 3)
                        table.pointee.warp_row(&source, &affine, UInt32(y), 40, &row)
                        return row
                    }
                    for table in sets { #expect(row(table) == row(portable)) }
                    #expect(row(portable).suffix(3) == [9, 9, 9])
                }
            }
        }
    }
}
