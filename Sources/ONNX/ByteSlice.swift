/// A range of the bytes of a model, which it keeps alive: what a decoded value refers to instead of a copy.
package struct ByteSlice: Sendable {
    private let storage: ModelBytes

    /// Offsets in the file; always within it.
    package let range: Range<Int>

    /// All of `storage`.
    init(all storage: ModelBytes) { (self.storage, range) = (storage, 0..<storage.count) }

    private init(_ storage: ModelBytes, _ range: Range<Int>) { (self.storage, self.range) = (storage, range) }

    /// The number of bytes.
    package var count: Int { range.count }

    /// The part between two offsets of the file. Traps on a part that reaches beyond the slice: readers
    /// check.
    func part(_ part: Range<Int>) -> ByteSlice {
        precondition(part.lowerBound >= range.lowerBound && part.upperBound <= range.upperBound)
        return ByteSlice(storage, part)
    }

    /// Lends the bytes to `body`, which must not let the pointer out.
    package func withBytes<R, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> R
    ) throws(Failure) -> R {
        try storage.withBytes { (all: UnsafeRawBufferPointer) throws(Failure) -> R in
            try body(UnsafeRawBufferPointer(rebasing: all[range]))
        }
    }

    /// A copy of the bytes.
    package var bytes: [UInt8] { withBytes { Array($0) } }
}
