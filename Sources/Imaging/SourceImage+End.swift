extension SourceImage {
    /// Whether the file goes on to its end marker, so that it was not cut off; what stands between is not
    /// looked at, which only a decoding does.
    package var hasEnd: Bool {
        switch format {
        case .jpeg: bytes.suffix(2) == [0xFF, 0xD9]
        // Its header was read up to the end chunk.
        case .png: true
        }
    }
}
