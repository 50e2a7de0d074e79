extension Image {
    /// The picture at another size: bilinear, pixel centres at half coordinates, edges repeated, as OpenCV's
    /// `INTER_LINEAR` (within one grey level). Does not average when reducing. Traps unless both sides are
    /// positive.
    package func resized(width: Int, height: Int) -> Image {
        if width == self.width, height == self.height { return self }
        let columns = LinearTap.taps(from: self.width, to: width)
        let rows = LinearTap.taps(from: self.height, to: height)
        return Image(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { source in
                var strips = ResizedRows(source: source, sourceWidth: self.width, columns: columns)
                for (y, row) in rows.enumerated() {
                    strips.prepare(row)
                    strips.blend(row, into: target.baseAddress! + y * width * 3)
                }
            }
        }
    }
}

/// Where one output position samples the input: two neighbours and the second one's weight.
private struct LinearTap {
    /// Weights are whole numbers of 1/2048, as in OpenCV: 8 + 11 + 11 bits fit a 32-bit sum.
    static let one: Int32 = 2048

    let first, second: Int
    let weight: Int32

    static func taps(from source: Int, to target: Int) -> [LinearTap] {
        let step = Double(source) / Double(target)
        return (0..<target).map { LinearTap(at: (Double($0) + 0.5) * step - 0.5, limit: source) }
    }

    private init(at position: Double, limit: Int) {
        let clamped = min(max(position, 0), Double(limit - 1))
        first = Int(clamped)
        second = min(first + 1, limit - 1)
        weight = Int32((clamped - Double(first)) * Double(Self.one) + 0.5)
    }
}

/// The two source rows that an output row blends, already resized sideways. Each source row is resized once.
private struct ResizedRows {
    let source: UnsafeBufferPointer<UInt8>
    let sourceWidth: Int
    let columns: [LinearTap]
    private var first: [Int32]
    private var second: [Int32]
    private var firstRow = -1
    private var secondRow = -1

    init(source: UnsafeBufferPointer<UInt8>, sourceWidth: Int, columns: [LinearTap]) {
        self.source = source
        self.sourceWidth = sourceWidth
        self.columns = columns
        first = [Int32](repeating: 0, count: columns.count * 3)
        second = first
    }

    mutating func prepare(_ row: LinearTap) {
        if row.first == secondRow {
            swap(&first, &second)
            swap(&firstRow, &secondRow)
        }
        if row.first != firstRow {
            Self.stretch(line(row.first), by: columns, into: &first)
            firstRow = row.first
        }
        if row.second != secondRow {
            Self.stretch(line(row.second), by: columns, into: &second)
            secondRow = row.second
        }
    }

    private func line(_ row: Int) -> UnsafePointer<UInt8> { source.baseAddress! + row * sourceWidth * 3 }

    private static func stretch(
        _ line: UnsafePointer<UInt8>, by columns: [LinearTap], into strip: inout [Int32]
    ) {
        strip.withUnsafeMutableBufferPointer { strip in
            columns.withUnsafeBufferPointer { columns in
                for x in 0..<columns.count {
                    let tap = columns[x]
                    let left = LinearTap.one &- tap.weight
                    for channel in 0..<3 {
                        strip[x &* 3 &+ channel] =
                            Int32(line[tap.first &* 3 &+ channel]) &* left
                            &+ Int32(line[tap.second &* 3 &+ channel]) &* tap.weight
                    }
                }
            }
        }
    }

    func blend(_ row: LinearTap, into target: UnsafeMutablePointer<UInt8>) {
        let upper = LinearTap.one - row.weight
        let lower = row.weight
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                for index in 0..<first.count {
                    let sum = first[index] &* upper &+ second[index] &* lower
                    target[index] = UInt8(truncatingIfNeeded: (sum &+ (1 << 21)) >> 22)
                }
            }
        }
    }
}
