extension ImageFormat {
    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The format that the first bytes announce.
    ///
    /// Throws `unsupportedFormat` with a name for what else it seems to be, and `damaged` for a PNG file
    /// whose line ends were converted: its signature is made to show that.
    init(sniffing bytes: [UInt8]) throws(ImagingError) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: Self.pngSignature) {
            self = .png
        } else if bytes.starts(with: Self.pngSignature.prefix(4)) {
            throw .damaged(format: .png, reason: "its signature is broken, as by a transfer in text mode")
        } else {
            throw .unsupportedFormat(seemingly: Self.seemingKind(of: bytes))
        }
    }

    /// Signatures of what people send by mistake, most telling first.
    private static let signatures: [(offset: Int, text: String, kind: String)] = [
        (0, "GIF8", "GIF"), (8, "WEBP", "WebP"), (0, "BM", "BMP"),
        (0, "II*\0", "TIFF"), (0, "MM\0*", "TIFF"),
        (4, "ftypavif", "AVIF"), (4, "ftypavis", "AVIF"), (4, "ftyphei", "HEIC"), (4, "ftyphev", "HEIC"),
        (4, "ftypmif1", "HEIF"), (4, "ftypmsf1", "HEIF"), (4, "ftyp", "a video (MP4 or QuickTime)"),
        (4, "JXL ", "JPEG XL"), (4, "jP  ", "JPEG 2000"), (0, "\0\0\u{1}\0", "an icon (ICO)"),
        (0, "8BPS", "Photoshop"),
        (0, "%PDF", "PDF"), (0, "PK\u{3}\u{4}", "a ZIP archive"),
        (0, "/9j/", "base64 text of a JPEG file"), (0, "iVBOR", "base64 text of a PNG file"),
        (0, "data:", "a data URL"), (0, "http", "a URL"), (0, "<svg", "SVG"),
    ]

    private static func seemingKind(of bytes: [UInt8]) -> String {
        guard !bytes.isEmpty else { return "empty" }
        let known = signatures.first { bytes.dropFirst($0.offset).starts(with: $0.text.utf8) }
        if let known { return known.kind }
        if bytes.starts(with: [0xFF, 0x0A]) { return "JPEG XL" }
        // Text has no control bytes but white space; UTF-8 beyond ASCII counts as text.
        let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText ? "text" : "of an unknown kind"
    }
}
