/// The dominant centers of a gallery in blocks of rows, compared by matrix products under bounded memory.
///
/// Products choose candidates only: what is reported is computed again by `Sphere.dot`, so that it does not
/// depend on the library's blocking.
struct CenterIndex: Sendable {
    /// For each row, the identity's index.
    let owners: [Int]
    let centers: VectorSet

    /// Rows of one side of a product; two blocks and their product take about 5 MB at dimension 512.
    static let blockSize = 512
    /// Products may be off by this much through their order of summation.
    static let slack: Float = 1e-4

    /// Identities without faces have no row.
    init(_ analyses: [IdentityAnalysis], dimension: Int) {
        self.init(centers: analyses.map(\.center), dimension: dimension)
    }

    /// One center an identity, empty where it has no faces.
    init(centers given: [[Float]], dimension: Int) {
        let owners = given.indices.filter { !given[$0].isEmpty }
        var centers = VectorSet(dimension: max(dimension, 1), capacity: owners.count)
        for owner in owners { centers.append(given[owner]) }
        (self.owners, self.centers) = (owners, centers)
    }

    var blocks: [Range<Int>] { Self.blocks(of: centers.count) }

    static func blocks(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: blockSize).map { $0..<min(count, $0 + blockSize) }
    }

    /// The cosines of `rows` of `queries` against the centers in `columns`, row-major.
    func cosines(_ queries: VectorSet, _ rows: Range<Int>, _ columns: Range<Int>) -> [Float] {
        var result = [Float](repeating: 0, count: rows.count * columns.count)
        queries.products(rows, with: centers, columns, into: &result)
        return result
    }
}
