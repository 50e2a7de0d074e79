/// Pooling over any number of spatial dimensions, element by element.
struct VolumePooling: Sendable {
    let planes: Int
    /// Spatial extents of the input.
    let input: [Int]
    let window: Window
    let kind: WindowPool.Kind

    /// `output` is apart from `input`; both hold whole planes one after the other.
    func run(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
        let (inputCount, outputCount) = (input.reduce(1, *), window.output.reduce(1, *))
        for plane in 0..<planes {
            for position in 0..<outputCount {
                target[plane * outputCount + position] = pooled(source + plane * inputCount, at: position)
            }
        }
    }

    private func pooled(_ plane: UnsafePointer<Float>, at position: Int) -> Float {
        let place = VolumePooling.coordinates(position, window.output)
        var (maximum, sum, inside, padded) = (-Float.infinity, 0.0, 0, 0)
        for tap in 0..<window.kernel.reduce(1, *) {
            let offsets = VolumePooling.coordinates(tap, window.kernel)
            switch index(place, offsets) {
            case .inside(let index):
                maximum = max(maximum, plane[index])
                sum += Double(plane[index])
                (inside, padded) = (inside + 1, padded + 1)
            case .padding: padded += 1
            case .outside: break
            }
        }
        guard case .average(let countsPadding) = kind else { return maximum }
        let count = countsPadding ? padded : inside
        return count == 0 ? 0 : Float(sum / Double(count))
    }

    private enum Tap { case inside(Int), padding, outside }

    private func index(_ place: [Int], _ offsets: [Int]) -> Tap {
        var (index, isPadding) = (0, false)
        for axis in input.indices {
            let coordinate =
                place[axis] * window.strides[axis] + offsets[axis] * window.dilations[axis]
                - window.padsBefore[axis]
            if coordinate >= input[axis] + window.padsAfter[axis] { return .outside }
            if coordinate < 0 || coordinate >= input[axis] { isPadding = true }
            index = index * input[axis] + coordinate
        }
        return isPadding ? .padding : .inside(index)
    }

    private static func coordinates(_ index: Int, _ extents: [Int]) -> [Int] {
        var (rest, result) = (index, extents)
        for axis in extents.indices.reversed() {
            result[axis] = rest % extents[axis]
            rest /= extents[axis]
        }
        return result
    }
}
