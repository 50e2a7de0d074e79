/// Walks the chunks of a PNG file (PNG specification, section 5) without decoding any.
///
/// It finds the size, the orientation (chunk `eXIf`) and whether the file is all there; libpng checks
/// checksums and contents later.
struct PNGStructure {
    private let bytes: [UInt8]
    private var offset = 8  // behind the signature
    private(set) var header = SourceHeader(width: 0, height: 0, orientation: nil)

    /// Reads the structure of a file whose signature has been checked; throws `damaged` when it ends before
    /// its end chunk.
    init(_ bytes: [UInt8]) throws(ImagingError) {
        self.bytes = bytes
        guard let first = try nextChunk(), first.type == "IHDR", first.data.count == 13 else {
            throw .damaged(format: .png, reason: "it does not begin with a header chunk")
        }
        header.width = number(at: first.data.startIndex)
        header.height = number(at: first.data.startIndex + 4)
        while let chunk = try nextChunk() {
            if chunk.type == "eXIf", header.orientation == nil {
                header.orientation = orientation(in: chunk.data)
            }
        }
    }

    private struct Chunk {
        let type: String
        let data: ArraySlice<UInt8>
    }

    /// The chunk at `offset`, or nil for the end chunk. What follows that is nobody's concern.
    private mutating func nextChunk() throws(ImagingError) -> Chunk? {
        let frame = 12  // length, type, checksum
        guard bytes.count - offset >= frame else { throw truncated }
        let length = number(at: offset)
        guard length <= bytes.count - offset - frame else { throw truncated }
        let data = bytes[offset + 8..<offset + 8 + length]
        let type = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
        offset += frame + length
        return type == "IEND" ? nil : Chunk(type: type, data: data)
    }

    private var truncated: ImagingError {
        .damaged(format: .png, reason: "the file ends within the chunk at byte \(offset)")
    }

    /// Four bytes, most significant first; the caller has checked that they are there.
    private func number(at index: Int) -> Int {
        bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Some writers put the JPEG segment's signature before the TIFF structure.
    private func orientation(in data: ArraySlice<UInt8>) -> Orientation? {
        ExifOrientation.find(in: data.starts(with: "Exif\0\0".utf8) ? data.dropFirst(6) : data)
    }
}
