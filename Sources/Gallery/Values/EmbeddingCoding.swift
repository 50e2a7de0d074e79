import Kernels

/// Embeddings as the database keeps them: float32, little-endian, one after the other.
enum EmbeddingCoding {
    static func bytes(_ vector: [Float]) -> [UInt8] {
        // A key path of two steps is walked at run time, 200 times slower.
        vector.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) }
    }

    /// `nil` when `bytes` is not a whole number of floats.
    static func vector(_ bytes: UnsafeRawBufferPointer) -> [Float]? {
        guard bytes.count.isMultiple(of: 4) else { return nil }
        return (0..<bytes.count / 4).map { index in
            let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
        }
    }

    /// Floats of the longest embedding that there may be.
    static let maximumDimension = 65_536

    /// What is wrong with `vector` as an embedding of `dimension` floats; `nil` when nothing is.
    static func fault(of vector: [Float], dimension: Int) -> EmbeddingFault? {
        guard vector.count == dimension else { return .dimension(expected: dimension, given: vector.count) }
        let length = UnitLength.of(vector)
        if UnitLength.holds(length) { return nil }
        return vector.allSatisfy(\.isFinite) ? .norm(length) : .notFinite
    }
}
