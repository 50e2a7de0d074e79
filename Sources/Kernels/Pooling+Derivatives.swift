/// Derivatives of pools by their input, which is made zero and added to window by window.
extension Pooling {
    /// Of `max`: what comes in for a window goes to its largest element, the first of equal ones.
    package static func maxDerivative(
        _ geometry: PoolingGeometry, at input: UnsafePointer<Float>, _ incoming: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        eachWindow(geometry, incoming, output, pool) { window in
            let x = input + window.plane
            var (best, largest) = (-1, -Float.infinity)
            geometry.eachElement(window) { index in
                // Written so that a NaN is taken, as by the pool.
                if best < 0 || !(x[index] <= largest || largest.isNaN) { (best, largest) = (index, x[index]) }
            }
            if best >= 0 { output[window.plane + best] += window.incoming }
        }
    }

    /// Of `average`: every element of a window gets an equal part.
    package static func averageDerivative(
        _ geometry: PoolingGeometry, countIncludesPad: Bool, _ incoming: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, pool: WorkerPool
    ) {
        eachWindow(geometry, incoming, output, pool) { window in
            let count =
                geometry.tapRows(window.y, padded: countIncludesPad).count
                * geometry.tapColumns(window.x, padded: countIncludesPad).count
            guard count > 0 else { return }
            let part = window.incoming / Float(count)
            geometry.eachElement(window) { output[window.plane + $0] += part }
        }
    }

    /// Calls `body` with each window, the planes shared out.
    @inline(__always)
    private static func eachWindow(
        _ geometry: PoolingGeometry, _ incoming: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool, _ body: (PoolingWindow) -> Void
    ) {
        let (planeIn, width) = (geometry.inputHeight * geometry.inputWidth, geometry.outputWidth)
        let planeOut = geometry.outputHeight * width
        pool.runRanges(geometry.planes, grain: 1) { range in
            for plane in range {
                (output + plane * planeIn).update(repeating: 0, count: planeIn)
                for index in 0..<planeOut {
                    body(
                        PoolingWindow(
                            plane: plane * planeIn, y: index / width, x: index % width,
                            incoming: incoming[plane * planeOut + index]))
                }
            }
        }
    }
}

/// One window of a pool.
private struct PoolingWindow {
    /// The first element of its plane.
    let plane: Int
    /// Which of the plane's windows it is.
    let y, x: Int
    /// The derivative by what the pool makes of it.
    let incoming: Float
}

extension PoolingGeometry {
    /// Calls `body` with each element of a window that lies in the input, as a place in its plane.
    @inline(__always)
    fileprivate func eachElement(_ window: PoolingWindow, _ body: (Int) -> Void) {
        for row in 0..<kernelHeight {
            let y = window.y * strideHeight - padTop + row * dilationHeight
            guard y >= 0, y < inputHeight else { continue }
            for column in 0..<kernelWidth {
                let x = window.x * strideWidth - padLeft + column * dilationWidth
                if x >= 0, x < inputWidth { body(y * inputWidth + x) }
            }
        }
    }
}
