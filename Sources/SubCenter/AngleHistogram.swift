/// How far the faces of a purification lie from the dominant centers of their identities, before and after
/// it.
package struct AngleHistogram: Sendable, Equatable {
    /// Degrees a bar.
    package static let width = 2
    /// Faces of the identities judged, a bar each from 0 to 180 degrees: all of them, and those that are
    /// kept.
    package private(set) var before = [Int](repeating: 0, count: 180 / width)
    package private(set) var after = [Int](repeating: 0, count: 180 / width)

    /// - Parameter quarantined: those of `angles` that go.
    init(_ angles: some Sequence<Double>, quarantined: some Sequence<Double>) {
        for angle in angles { before[Self.bar(angle)] += 1 }
        after = before
        for angle in quarantined { after[Self.bar(angle)] -= 1 }
    }

    private static func bar(_ angle: Double) -> Int { min(max(Int(angle) / width, 0), 180 / width - 1) }
}
