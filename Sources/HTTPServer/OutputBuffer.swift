/// Bytes on their way to a socket.
struct OutputBuffer {
    private var pieces: [[UInt8]] = []
    /// Index of the first piece that is not sent, and how much of it is.
    private var first = 0
    private var sent = 0
    private(set) var count = 0

    /// Pieces smaller than this are put together: pipelined answers then leave in one call.
    private static let smallPiece = 16 << 10

    var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        if let last = pieces.last, first < pieces.count, last.count + bytes.count <= Self.smallPiece {
            pieces[pieces.count - 1].append(contentsOf: bytes)
        } else {
            pieces.append(bytes)
        }
    }

    /// Calls `send` with the first unsent bytes. Not to be called when empty.
    func withFirst<Result>(_ send: (UnsafeRawBufferPointer) -> Result) -> Result {
        pieces[first].withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
    }

    /// `bytes` of what `withFirst` showed were sent.
    mutating func advance(_ bytes: Int) {
        count -= bytes
        sent += bytes
        guard sent == pieces[first].count else { return }
        pieces[first] = []
        first += 1
        sent = 0
        if first == pieces.count {
            pieces = []
            first = 0
        }
    }

    mutating func removeAll() { self = OutputBuffer() }
}
