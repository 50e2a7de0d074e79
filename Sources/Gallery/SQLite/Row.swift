import CSQLite
import Encodings

/// The row that a statement stands on; good until the statement's next step.
struct Row {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func count(_ column: Int32) -> Int { Int(clamping: integer(column)) }

    func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

    func text(_ column: Int32) -> String {
        withBytes(column, sqlite3_column_text(statement, column).map { UnsafeRawPointer($0) }) {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func blob(_ column: Int32) -> [UInt8] { withBlob(column) { Array($0) } }

    /// The blob in place, without a copy.
    func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        withBytes(column, sqlite3_column_blob(statement, column), body)
    }

    // The order is SQLite's: first the pointer (which may convert), then the length.
    private func withBytes<R>(
        _ column: Int32, _ start: UnsafeRawPointer?, _ body: (UnsafeRawBufferPointer) -> R
    ) -> R {
        body(
            UnsafeRawBufferPointer(
                start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))))
    }
}

extension Row {
    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func optionalFloat(_ column: Int32) -> Float? { isNull(column) ? nil : Float(real(column)) }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    func time(_ column: Int32) -> Timestamp { Timestamp(milliseconds: integer(column)) }

    func optionalTime(_ column: Int32) -> Timestamp? { optionalInteger(column).map(Timestamp.init) }

    /// - Throws: A "damaged" error when the column doesn't hold 16 bytes, which the schema rules out.
    func id<Subject>(_ column: Int32) throws(GalleryError) -> UniqueID<Subject> {
        guard let id = UniqueID<Subject>(bytes: blob(column)) else {
            throw damaged("an id is not 16 bytes long")
        }
        return id
    }

    /// - Throws: A "damaged" error when the blob is not `dimension` finite floats: pages have no checksums,
    ///   so a flipped bit comes this far, and the index takes no such vector.
    func embedding(_ column: Int32, dimension: Int) throws(GalleryError) -> [Float] {
        guard let vector = withBlob(column, EmbeddingCoding.vector), vector.count == dimension else {
            throw damaged("an embedding is not \(dimension) floats long")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw damaged("an embedding holds a number that is not finite")
        }
        return vector
    }

    /// The embedding where it is a unit vector of `dimension` floats, else what is wrong with it.
    func unitVector(_ column: Int32, dimension: Int) -> Result<[Float], EmbeddingFault> {
        withBlob(column) { bytes in
            guard let vector = EmbeddingCoding.vector(bytes) else {
                return .failure(.notFloats(bytes: bytes.count))
            }
            return EmbeddingCoding.fault(of: vector, dimension: dimension).map { .failure($0) }
                ?? .success(vector)
        }
    }

    /// - Throws: A "damaged" error when the column is no number of floats that an embedding can have.
    func dimension(_ column: Int32) throws(GalleryError) -> Int {
        let dimension = count(column)
        guard (1...EmbeddingCoding.maximumDimension).contains(dimension) else {
            throw damaged("a gallery's embeddings have \(dimension) floats")
        }
        return dimension
    }

    /// The error with this statement.
    func damaged(_ message: String) -> GalleryError {
        .damaged(message, sql: sqlite3_sql(statement).map { String(cString: $0) })
    }
}

extension GalleryError {
    /// For content that our own checks keep out of the file: someone else's hand was in it.
    static func damaged(_ message: String, sql: String? = nil) -> GalleryError {
        .database(
            SQLiteError(code: SQLITE_CORRUPT, extendedCode: SQLITE_CORRUPT, message: message, sql: sql))
    }
}
