extension SQLiteConnection {
    /// Of the faces that are not set aside; nil where there are none, or where they cancel each other out.
    func meanFace(ofIdentity row: Int64, dimension: Int) throws(GalleryError) -> MeanFace? {
        var sum = [Double](repeating: 0, count: dimension)
        var norms: (sum: Double, count: Int) = (0, 0)
        // In one order always: sums of the same numbers differ in their last digits otherwise.
        try each(
            """
            SELECT f.embedding, f.norm FROM faces f
            WHERE f.identity = ? AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id) ORDER BY f.id
            """, [.integer(row)]
        ) { row throws(GalleryError) in
            let vector = try row.embedding(0, dimension: dimension)
            for index in vector.indices { sum[index] += Double(vector[index]) }
            if let norm = row.optionalFloat(1) { norms = (norms.sum + Double(norm), norms.count + 1) }
            return true
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > Self.leastLength else { return nil }
        return MeanFace(
            embedding: sum.map { Float($0 / length) },
            norm: norms.count > 0 ? Float(norms.sum / Double(norms.count)) : nil)
    }

    /// What float32 leaves of unit vectors that cancel each other out.
    private static let leastLength = 1e-3
}
