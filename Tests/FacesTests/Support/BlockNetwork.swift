import Faces
import Imaging
import Locks

/// A detector that a test can reason about: a face is a block, red above and blue below, that is at most
/// `largest` of the canvas wide. A block on its side or on its head is no face.
final class BlockNetwork: DetectionNetwork {
    let canvas: CanvasSize
    let largest: Double
    private let isFree: Bool
    private let runs: Locked<[CanvasSize]>

    /// `isFree` networks take canvases of any size.
    convenience init(canvas: CanvasSize, largest: Double = 0.45, isFree: Bool = false) {
        self.init(canvas: canvas, largest: largest, isFree: isFree, runs: Locked([]))
    }

    private init(canvas: CanvasSize, largest: Double, isFree: Bool, runs: Locked<[CanvasSize]>) {
        self.canvas = canvas
        self.largest = largest
        self.isFree = isFree
        self.runs = runs
    }

    /// How often the network was run.
    var runCount: Int { canvases.count }

    /// On which canvases it was run.
    var canvases: [CanvasSize] { runs.withLock { $0 } }

    func resized(to canvas: CanvasSize) -> (any DetectionNetwork)? {
        if canvas == self.canvas { return self }
        return isFree ? BlockNetwork(canvas: canvas, largest: largest, isFree: true, runs: runs) : nil
    }

    func detect(on image: Image, minimumScore: Float) throws(FacesError) -> [DetectedFace] {
        runs.withLock { $0.append(canvas) }
        guard image.width == canvas.width, image.height == canvas.height else {
            throw .outputInvalid(model: "block", reason: "\(image.width)x\(image.height)")
        }
        guard let red = Extent(of: 0, in: image), let blue = Extent(of: 2, in: image) else { return [] }
        let stands =
            red.bottom <= blue.top && abs(red.left - blue.left) <= 2 && abs(red.right - blue.right) <= 2
        guard stands, Double(red.right - red.left) <= largest * Double(canvas.width) else { return [] }
        return [
            .made(
                x: Float(red.left), y: Float(red.top), width: Float(red.right - red.left),
                height: Float(blue.bottom - red.top))
        ]
    }

    /// Where a colour channel is bright; `right` and `bottom` are past the end.
    private struct Extent {
        var left = Int.max, top = Int.max, right = 0, bottom = 0

        init?(of channel: Int, in image: Image) {
            for y in 0..<image.height {
                for x in 0..<image.width where image.pixels[(y * image.width + x) * 3 + channel] > 127 {
                    (left, top) = (min(left, x), min(top, y))
                    (right, bottom) = (max(right, x + 1), max(bottom, y + 1))
                }
            }
            if right == 0 { return nil }
        }
    }

    /// A black picture with one block.
    static func picture(width: Int, height: Int, block: Box) -> Image {
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for y in Int(block.y)..<Int(block.y + block.height) {
            let channel = Float(y) < block.y + block.height / 2 ? 0 : 2
            for x in Int(block.x)..<Int(block.x + block.width) { pixels[(y * width + x) * 3 + channel] = 255 }
        }
        return Image(width: width, height: height, pixels: pixels)
    }
}
