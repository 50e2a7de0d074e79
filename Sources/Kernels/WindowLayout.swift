import CKernels

/// How the input of a convolution lies so that one matrix product reads its windows in place.
///
/// A plane for each remainder of rows and columns by the stride: in it every tap of neighbouring outputs
/// reads neighbours. Positions are numbered through the rows of a plane, so that a tap is the same way off
/// from all of them. Behind the columns of a row stands what is outside the input, on its right as on the
/// left of the next row, but once. A plane has what a strip of output rows needs, for a cell of channel
/// blocks.
struct WindowLayout {
    /// What of a position lies together: channel blocks, numbers of so many bytes.
    struct Cell {
        let blocks: Int
        let numberBytes: Int

        var bytes: Int { blocks * ChannelBlocks.width * numberBytes }
    }

    /// Taps along one axis.
    private struct Axis {
        /// The remainders that taps have, and for each tap which of them, and how far off it reads.
        private(set) var phases: [Int] = []
        private(set) var phaseOfTap: [Int] = []
        private(set) var shiftOfTap: [Int] = []
        let stride: Int

        /// The first and the last shift; the first is 0 at most.
        let least: Int
        let most: Int

        init(kernel: Int, stride: Int, dilation: Int, pad: Int) {
            self.stride = stride
            var known: [Int: Int] = [:]
            for tap in 0..<kernel {
                let offset = tap * dilation - pad
                let phase = (offset % stride + stride) % stride
                if known[phase] == nil {
                    known[phase] = phases.count
                    phases.append(phase)
                }
                phaseOfTap.append(known[phase]!)
                shiftOfTap.append((offset - phase) / stride)
            }
            (least, most) = (shiftOfTap.first!, shiftOfTap.last!)
        }

        /// Elements of an axis of so many that a phase has.
        func count(_ phase: Int, of extent: Int) -> Int {
            max(0, (extent - phases[phase] + stride - 1) / stride)
        }
    }

    let cell: Cell
    /// Cells that the input's channels make.
    let cells: Int
    /// Positions from row to row.
    let pitch: Int
    /// Columns of a row that are read of the input, where it has so many.
    private let reach: Int
    /// Output rows of a strip, of the last one of an image perhaps fewer, and strips of an image.
    let stripRows: Int
    let strips: Int
    /// Bytes of a plane.
    let planeBytes: Int
    /// Bytes from a position to what each tap reads of the first cell.
    let offsets: [Int]
    private let rows: Axis
    private let columns: Axis

    /// Bytes of a strip that stay in a core's second cache, beside weights and another strip.
    private static let stripBudget = 256 * 1024

    init(_ parameters: ConvolutionParameters, _ geometry: ConvolutionGeometry, _ cell: Cell) {
        let rows = Axis(
            kernel: parameters.kernelHeight, stride: parameters.strideHeight,
            dilation: parameters.dilationHeight, pad: geometry.padTop)
        let columns = Axis(
            kernel: parameters.kernelWidth, stride: parameters.strideWidth,
            dilation: parameters.dilationWidth, pad: geometry.padLeft)
        (self.rows, self.columns) = (rows, columns)
        self.cell = cell
        cells = (ChannelBlocks.count(parameters.inputChannels) + cell.blocks - 1) / cell.blocks
        let width = geometry.outputWidth
        reach = width + max(0, columns.most)
        let real = columns.phases.indices.map { columns.count($0, of: geometry.inputWidth) }.max()!
        pitch = max(reach, min(real, reach) - columns.least)
        let planes = rows.phases.count * columns.phases.count
        let rowBytes = planes * cells * pitch * cell.bytes
        let fitting = max(1, WindowLayout.stripBudget / rowBytes - (rows.most - rows.least))
        // Strips of even size, and no empty one.
        let pieces = (geometry.outputHeight + fitting - 1) / fitting
        stripRows = (geometry.outputHeight + pieces - 1) / pieces
        strips = (geometry.outputHeight + stripRows - 1) / stripRows
        // Positions are multiplied in groups that may end behind the last one.
        let group = Int(CK_WINDOW_GROUP)
        let positions = ((stripRows - 1) * pitch + width + group - 1) / group * group
        let least = -columns.least
        let positionsOfPlane = max(
            least + (stripRows + rows.most - rows.least) * pitch,
            least + (rows.most - rows.least) * pitch + columns.most + positions)
        planeBytes = positionsOfPlane * cell.bytes
        var offsets: [Int] = []
        for row in 0..<parameters.kernelHeight {
            for column in 0..<parameters.kernelWidth {
                let plane = rows.phaseOfTap[row] * columns.phases.count + columns.phaseOfTap[column]
                let position =
                    least + (rows.shiftOfTap[row] - rows.least) * pitch + columns.shiftOfTap[column]
                offsets.append(plane * cells * planeBytes + position * cell.bytes)
            }
        }
        self.offsets = offsets
    }

    /// Bytes of all planes of a strip.
    var stripBytes: Int {
        rows.phases.count * columns.phases.count * cells * planeBytes
    }

    /// A piece of a plane that is filled with what is outside the input, or with every `stride`-th element of
    /// an input row.
    enum Piece {
        case outside(count: Int)
        case row(_ row: Int, column: Int, count: Int)
    }

    /// Calls `body` with the pieces of one cell's planes for the output rows `outputs`, in order and without
    /// gaps; each begins `at` so many bytes.
    func eachPiece(
        of index: Int, _ outputs: Range<Int>, _ geometry: ConvolutionGeometry,
        _ body: (_ at: Int, _ piece: Piece) -> Void
    ) {
        for plane in 0..<rows.phases.count * columns.phases.count {
            let (rowPhase, columnPhase) = (plane / columns.phases.count, plane % columns.phases.count)
            let inside = min(reach, columns.count(columnPhase, of: geometry.inputWidth))
            var at = (plane * cells + index) * planeBytes
            func put(_ piece: Piece, _ count: Int) {
                if count > 0 { body(at, piece) }
                at += count * cell.bytes
            }
            put(.outside(count: -columns.least), -columns.least)
            for row in outputs.lowerBound + rows.least..<outputs.upperBound + rows.most {
                let source = row * rows.stride + rows.phases[rowPhase]
                guard row >= 0, source < geometry.inputHeight else {
                    put(.outside(count: pitch), pitch)
                    continue
                }
                put(.row(source, column: columns.phases[columnPhase], count: inside), inside)
                put(.outside(count: pitch - inside), pitch - inside)
            }
        }
    }
}
