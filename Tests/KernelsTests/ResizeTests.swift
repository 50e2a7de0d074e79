import Foundation
import Kernels
import TestKit
import Testing

struct ResizeTests {
    static func run(
        _ plan: Resize, _ x: [Float], _ pool: WorkerPool, table: KernelTable = .current
    ) -> [Float] {
        let scratch = AlignedBuffer(byteCount: plan.scratchBytes)
        return Support.output(plan.outputShape.reduce(1, *)) {
            plan.run(input: x, output: $0, scratch: scratch.base, pool: pool, table: table)
        }
    }

    static func resized(
        _ x: [Float], _ input: [Int], _ output: [Int], scales: [Float]? = nil, region: [Float] = [],
        _ options: Resize.Options
    ) throws -> [Float] {
        let plan = try Resize(
            inputShape: input, outputShape: output, scales: scales, regionOfInterest: region, options: options
        )
        let results = Support.pools.map { run(plan, x, $0) }
        #expect(results[0] == results[1])
        return results[0]
    }

    /// Where an output lies, by the operator's formulas, in double; scales are output over input.
    static func place(_ x: Int, _ input: Int, _ output: Int, _ coordinates: Resize.Coordinates) -> Double {
        let (x, n, m) = (Double(x), Double(input), Double(output))
        let scale = m / n
        switch coordinates {
        case .asymmetric: return x / scale
        case .alignCorners: return m == 1 ? 0 : x * (n - 1) / (m - 1)
        case .halfPixel, .halfPixelSymmetric: return (x + 0.5) / scale - 0.5
        case .tfHalfPixelForNearest: return (x + 0.5) / scale
        case .pytorchHalfPixel: return m == 1 ? 0 : (x + 0.5) / scale - 0.5
        case .tfCropAndResize: return m == 1 ? 0.5 * (n - 1) : x * (n - 1) / (m - 1)
        }
    }

    /// The weight of input `i` for an output at `place`, edges repeated: tent or cubic convolution.
    static func weight(_ i: Int, _ place: Double, _ input: Int, _ mode: Resize.Mode) -> Double {
        var sum = 0.0
        for tap in Int(place.rounded(.down)) - 3...Int(place.rounded(.down)) + 4
        where min(max(tap, 0), input - 1) == i {
            let d = abs(place - Double(tap))
            if case .cubic(let coefficient) = mode {
                let a = Double(coefficient)
                sum +=
                    d < 1
                    ? (a + 2) * d * d * d - (a + 3) * d * d + 1
                    : d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0
            } else {
                sum += max(0, 1 - d)
            }
        }
        return sum
    }

    @Test(
        arguments: [
            ([2, 5, 7], [2, 10, 14]), ([2, 5, 7], [2, 3, 16]), ([1, 8, 9], [1, 1, 5]),
            ([3, 4, 6], [5, 4, 3]), ([4, 3, 5], [8, 7, 2]),
        ],
        Resize.Coordinates.allCases)
    func `linear and cubic agree with their formulas`(shapes: ([Int], [Int]), coordinates: Resize.Coordinates)
        throws
    {
        let (input, output) = shapes
        var generator = SeededGenerator(seed: 1)
        let x = Support.floats(input.reduce(1, *), &generator)
        for mode in [Resize.Mode.linear, .cubic(coefficient: -0.75)] {
            let weights = input.indices.map { axis in
                (0..<output[axis]).map { o in
                    let place = Self.place(o, input[axis], output[axis], coordinates)
                    return (0..<input[axis]).map { Self.weight($0, place, input[axis], mode) }
                }
            }
            let sources = Support.places(input)
            let expected = Support.places(output).map { to in
                Float(
                    zip(sources, x).reduce(0.0) { sum, pair in
                        sum + to.indices.reduce(Double(pair.1)) { $0 * weights[$1][to[$1]][pair.0[$1]] }
                    })
            }
            let region = [Float](repeating: 0, count: input.count) + [Float](repeating: 1, count: input.count)
            let found = try Self.resized(
                x, input, output, region: region, Resize.Options(mode: mode, coordinates: coordinates))
            #expect(Support.difference(found, expected) < 2e-5, "\(mode) \(coordinates) \(input) \(output)")
        }
    }

    @Test func `nearest doubles planes`() throws {
        let x: [Float] = [1, 2, 3, 4, 5, 6]
        let options = Resize.Options(mode: .nearest(.floor), coordinates: .asymmetric)
        #expect(
            try Self.resized(x, [1, 1, 2, 3], [1, 1, 4, 6], options)
                == [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6])
        let plan = try Resize(inputShape: [1, 1, 2, 3], outputShape: [1, 1, 4, 6], options: options)
        #expect(plan.scratchBytes == 0)
    }

    /// Places 0, 1/2, 1, 3/2, ...: `asymmetric` at twice the size, where only the rounding decides.
    @Test(
        arguments: [
            (Resize.Rounding.preferFloor, [0, 0, 1, 1, 2, 2]), (.preferCeil, [0, 1, 1, 2, 2, 2]),
            (.floor, [0, 0, 1, 1, 2, 2]), (.ceil, [0, 1, 1, 2, 2, 2]),
        ] as [(Resize.Rounding, [Float])])
    func `halves are rounded as the mode says`(rounding: Resize.Rounding, expected: [Float]) throws {
        let options = Resize.Options(mode: .nearest(rounding), coordinates: .asymmetric)
        #expect(try Self.resized([0, 1, 2], [3], [6], options) == expected)
        #expect(try Self.resized([0, 1, 2], [3, 1, 1], [6, 1, 1], options) == expected)
    }

    @Test(arguments: Resize.Rounding.allCases, Resize.Coordinates.allCases)
    func `nearest takes the sample at the rounded place on every axis`(
        rounding: Resize.Rounding, coordinates: Resize.Coordinates
    ) throws {
        let (input, output) = ([3, 5, 4], [4, 7, 9])
        let x = (0..<60).map { Float($0) }
        let rows = input.indices.map { axis in
            (0..<output[axis]).map { o in
                let place = Self.place(o, input[axis], output[axis], coordinates)
                let half = place - place.rounded(.down) == 0.5
                let rounded =
                    switch rounding {
                    case .preferFloor: half ? place.rounded(.down) : place.rounded()
                    case .preferCeil: half ? place.rounded(.up) : place.rounded()
                    case .floor: (place + 1e-6).rounded(.down)
                    case .ceil: (place - 1e-6).rounded(.up)
                    }
                return min(max(Int(rounded), 0), input[axis] - 1)
            }
        }
        let expected = Support.places(output).map { place in
            x[place.enumerated().reduce(0) { $0 * input[$1.0] + rows[$1.0][$1.1] }]
        }
        let options = Resize.Options(mode: .nearest(rounding), coordinates: coordinates)
        #expect(try Self.resized(x, input, output, region: [0, 0, 0, 1, 1, 1], options) == expected)
    }

    @Test func `a crop beyond the input gets the value for outside`() throws {
        let options = Resize.Options(mode: .linear, coordinates: .tfCropAndResize, extrapolationValue: 9)
        #expect(try Self.resized([0, 1, 2, 3], [4], [5], region: [-1, 1], options).prefix(2) == [9, 9])
        #expect(try Self.resized([0, 1, 2], [3], [3], region: [0.5, 1.5], options) == [1, 2, 9])
        #expect(try Self.resized([0, 1, 2], [3], [2], region: [1, 0], options) == [2, 0])
    }

    @Test func `cubic weights outside are left out when asked`() throws {
        let options = Resize.Options(
            mode: .cubic(coefficient: -0.5), coordinates: .halfPixel, excludesOutside: true)
        let found = try Self.resized([5, 5, 5, 5], [4], [9], options)
        #expect(Support.difference(found, [Float](repeating: 5, count: 9)) < 1e-6)
        // At place -1/4 the taps are -2 to 1 with two of them inside.
        let x: [Float] = [1, 0, 0, 0]
        func cubic(_ d: Double) -> Double {
            d < 1 ? 1.5 * d * d * d - 2.5 * d * d + 1 : -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2
        }
        let expected = cubic(0.25) / (cubic(0.25) + cubic(1.25))
        #expect(abs(Double(try Self.resized(x, [4], [8], options)[0]) - expected) < 1e-6)
    }

    @Test func `given scales need not be the ratio of the sizes`() throws {
        let options = Resize.Options(mode: .nearest(.floor), coordinates: .asymmetric)
        #expect(try Self.resized([0, 1, 2], [3], [4], scales: [1.5], options) == [0, 0, 1, 2])
        let symmetric = Resize.Options(mode: .linear, coordinates: .halfPixelSymmetric)
        // Four outputs of 3 x 1.5 = 4.5: the quarter that is cut off comes off both ends.
        let found = try Self.resized([0, 1, 2], [3], [4], scales: [1.5], symmetric)
        #expect(Support.difference(found, [0, 2.0 / 3, 4.0 / 3, 2]) < 1e-6)
    }

    @Test func `nothing in between is larger than input and output`() throws {
        let plan = try Resize(
            inputShape: [30_000, 1], outputShape: [1, 30_000],
            options: .init(mode: .cubic(coefficient: -0.75), coordinates: .halfPixel))
        #expect(plan.scratchBytes <= 30_000 * 4)
    }

    @Test func `linear rows and columns need nothing in between`() throws {
        let plan = try Resize(
            inputShape: [2, 30, 20], outputShape: [2, 60, 10],
            options: .init(mode: .linear, coordinates: .halfPixel))
        #expect(plan.scratchBytes == 0)
    }

    @Test func `a place that is an input takes nothing of the infinite one beside it`() throws {
        let options = Resize.Options(mode: .linear, coordinates: .alignCorners)
        let x: [Float] = [1, .infinity, 3]
        let expected: [Float] = [1, .infinity, .infinity, .infinity, 3]
        #expect(try Self.resized(x, [3], [5], options) == expected)
        #expect(try Self.resized(x, [1, 3], [1, 5], options) == expected)
        // Of an axis that stays as it is, every place is an input.
        #expect(
            try Self.resized([1, 3, .infinity, 5], [2, 2], [2, 3], options) == [1, 2, 3] + [
                .infinity, .infinity, 5,
            ])
    }

    @Test func `resizes that make no sense are refused`() {
        let options = Resize.Options(mode: .linear, coordinates: .asymmetric)
        for scales in [[0], [-1], [.nan], [.infinity], [1, 1]] as [[Float]] {
            #expect(throws: KernelError.self) {
                try Resize(inputShape: [2], outputShape: [3], scales: scales, options: options)
            }
        }
        #expect(throws: KernelError.self) { try Resize(inputShape: [0], outputShape: [3], options: options) }
        #expect(throws: KernelError.self) {
            try Resize(inputShape: [2], outputShape: [3, 1], options: options)
        }
        #expect(throws: KernelError.self) { try Resize(inputShape: [2], outputShape: [-1], options: options) }
        for extent in [Resize.maximumExtent + 1, 1 << 30, .max] {
            #expect(throws: KernelError.self) {
                try Resize(inputShape: [1, 1], outputShape: [1, extent], options: options)
            }
        }
        let crop = Resize.Options(mode: .linear, coordinates: .tfCropAndResize)
        #expect(throws: KernelError.self) { try Resize(inputShape: [2], outputShape: [3], options: crop) }
    }
}
