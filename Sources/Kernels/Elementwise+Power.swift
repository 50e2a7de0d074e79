import Foundation

extension Elementwise {
    /// Powers of `a`; with one exponent for all elements, usual ones take a few instructions each and lie
    /// within 1 ulp of `pow`. Zeros, infinities and NaN give what IEEE 754 says of `pow`.
    static func power(
        _ broadcast: Broadcast, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        guard broadcast.count > 0 else { return }
        switch broadcast.countB == 1 ? b[0] : .nan {
        // Even of NaN.
        case 0: broadcast.run(a, b, output, pool: pool) { _, _ in 1 }
        case 1: broadcast.run(a, b, output, pool: pool) { x, _ in x }
        case 2: broadcast.run(a, b, output, pool: pool) { x, _ in x * x }
        case 3: broadcast.run(a, b, output, pool: pool) { x, _ in cube(x) }
        case -1: broadcast.run(a, b, output, pool: pool) { x, _ in 1 / x }
        case 0.5: broadcast.run(a, b, output, pool: pool) { x, _ in root(x) }
        default: broadcast.run(a, b, output, pool: pool) { $1 == 2 ? $0 * $0 : Foundation.pow($0, $1) }
        }
    }

    /// In double, where the square is exact: two roundings of `Float` may differ by more than 1 ulp.
    @inline(__always)
    private static func cube(_ x: Float) -> Float { Float(Double(x) * Double(x) * Double(x)) }

    /// Unlike a square root, 0 of -0 and infinity of minus infinity.
    @inline(__always)
    private static func root(_ x: Float) -> Float { x == -.infinity ? .infinity : (x + 0).squareRoot() }
}
