extension SQLiteConnection {
    /// How faces of an identity are put in a row.
    enum FaceOrder: String {
        case enrolment = "f.id"
        /// Ids are drawn at random, so this order says nothing about when or how a face came.
        case faceID = "f.face_id"
    }

    /// The faces of an identity that are not set aside, the first `limit`.
    func searchedFaces(
        of identityRow: Int64, dimension: Int, inOrderOf order: FaceOrder = .enrolment,
        atMost limit: Int = .max
    ) throws(GalleryError) -> [EnrolledIdentitySet.Face] {
        try rows(
            """
            SELECT f.face_id, f.embedding FROM faces f
            WHERE f.identity = ? AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.face = f.id)
            ORDER BY \(order.rawValue) LIMIT ?
            """, [.integer(identityRow), .integer(Int64(limit))]
        ) { row throws(GalleryError) in
            EnrolledIdentitySet.Face(id: try row.id(0), embedding: try row.embedding(1, dimension: dimension))
        }
    }
}
