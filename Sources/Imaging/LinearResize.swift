import CImageCodecs

/// Bilinear sampling with the very arithmetic of OpenCV's `resize` (INTER_LINEAR, 8 bits).
///
/// To the bit, because a detector notices less: on an enlarged portrait one grey level of difference moved
/// landmarks by up to 0.19 pixels, and the embedding of the crop with them (cosine 0.9985 to the reference,
/// against 0.99999 with this). The weights are whole numbers of 1/2048.
struct LinearResize {
    let width, height: Int
    private let sourceWidth: Int
    private let columns, rows: [CImageTap]
    private let kernels = PixelKernels.current

    /// From a picture of `sourceWidth` by `sourceHeight` to one of `width` by `height`, all positive.
    init(sourceWidth: Int, sourceHeight: Int, width: Int, height: Int) {
        precondition(min(sourceWidth, sourceHeight, width, height) > 0)
        self.sourceWidth = sourceWidth
        self.width = width
        self.height = height
        columns = Self.columnTaps(from: sourceWidth, to: width)
        rows = Self.rowTaps(from: sourceHeight, to: height)
    }

    /// Resizes the picture whose row `y` is `row(y, room)`: in `room`, which holds a source row, or
    /// elsewhere. Rows that no output needs are never asked for; of the others none twice in a row by the
    /// same thread.
    func run(
        sharing: RowSharing,
        _ row: @escaping (_ y: Int, _ room: UnsafeMutablePointer<UInt8>) -> UnsafePointer<UInt8>
    ) -> Image {
        Image(width: width, height: height) { target in
            guard let pixels = target.baseAddress else { return }
            sharing.run(rows: height) { range in
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: sourceWidth * 3) { room in
                    fill(range, of: pixels) { row($0, room.baseAddress!) }
                }
            }
        }
    }

    private func fill(
        _ range: Range<Int>, of target: UnsafeMutablePointer<UInt8>, _ row: (Int) -> UnsafePointer<UInt8>
    ) {
        var strips = [Strip(width: width), Strip(width: width)]
        for y in range {
            let tap = rows[y]
            // The first of the two rows is the last output's second one more often than not.
            if strips[1].row == tap.first { strips.swapAt(0, 1) }
            for (strip, index) in [tap.first, tap.second].enumerated() where strips[strip].row != index {
                strips[strip].row = index
                stretch(row(Int(index)), into: &strips[strip].sums)
            }
            let line = target + y * width * 3
            kernels.functions.resize_down(strips[0].sums, strips[1].sums, tap, width * 3, line)
        }
    }

    /// A source row at the output's width, in units of 1/128.
    private struct Strip {
        var row = UInt32.max
        var sums: [Int16]

        init(width: Int) { sums = [Int16](repeating: 0, count: width * 3) }
    }

    private func stretch(_ line: UnsafePointer<UInt8>, into sums: inout [Int16]) {
        kernels.functions.resize_across(line, sourceWidth * 3, columns, UInt32(width), &sums)
    }

    /// Sideways the border pixel counts in full beyond the border.
    private static func columnTaps(from source: Int, to target: Int) -> [CImageTap] {
        (0..<target).map { index in
            let (whole, fraction) = position(index, from: source, to: target)
            guard whole < 0 || whole >= source - 1 else { return tap(whole, whole + 1, fraction) }
            let edge = whole < 0 ? 0 : source - 1
            return tap(edge, edge, 0)
        }
    }

    /// Up and down it is counted twice, in parts: the same but for the rounding.
    private static func rowTaps(from source: Int, to target: Int) -> [CImageTap] {
        (0..<target).map { index in
            let (whole, fraction) = position(index, from: source, to: target)
            let inside = { min(max($0, 0), source - 1) }
            return tap(inside(whole), inside(whole + 1), fraction)
        }
    }

    private static func position(_ index: Int, from source: Int, to target: Int) -> (Int, Float) {
        let place = Float((Double(index) + 0.5) * (Double(source) / Double(target)) - 0.5)
        let whole = place.rounded(.down)
        return (Int(whole), place - whole)
    }

    private static func tap(_ first: Int, _ second: Int, _ fraction: Float) -> CImageTap {
        CImageTap(
            first: UInt32(first), second: UInt32(second), first_weight: weight(1 - fraction),
            second_weight: weight(fraction))
    }

    private static func weight(_ share: Float) -> Int32 { Int32((share * 2048).rounded(.toNearestOrEven)) }
}
