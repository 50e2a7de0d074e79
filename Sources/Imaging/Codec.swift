import CImageCodecs

/// The Swift side of libjpeg and libpng: the only file that calls their wrappers.
enum Codec {
    /// The size and orientation that the header of a JPEG file states.
    static func jpegHeader(_ bytes: [UInt8], limits: DecodeLimits) throws(ImagingError) -> SourceHeader {
        var found = CImageJPEGHeader()
        var report = CImageReport()
        let status = bytes.withUnsafeBufferPointer {
            cimage_jpeg_read_header($0.baseAddress, $0.count, &found, &report)
        }
        var header = SourceHeader(width: Int(found.width), height: Int(found.height), orientation: nil)
        if status == CIMAGE_SIDE_TOO_LONG {
            throw .sideTooLong(width: header.width, height: header.height, limit: limits.maximumSide)
        }
        try check(status, report, format: .jpeg, limits: limits)
        // Offsets from our own C code, which took them from where it read.
        let exif = bytes[found.exif_offset..<found.exif_offset + found.exif_length]
        header.orientation = ExifOrientation.find(in: exif)
        header.hasPlanes = found.has_planes != 0
        return header
    }

    /// What is decoded, and what it may cost.
    struct Request {
        let format: ImageFormat
        /// Size as stored.
        let width, height: Int
        let limits: DecodeLimits

        fileprivate var forC: CImageRequest {
            CImageRequest(
                width: UInt32(width), height: UInt32(height),
                maximum_scans: UInt32(clamping: limits.maximumScans), maximum_memory: limits.maximumMemory)
        }
    }

    /// Decodes to RGB, as stored.
    static func decode(_ bytes: [UInt8], _ request: Request) throws(ImagingError) -> Image {
        var report = CImageReport()
        var status = CIMAGE_DAMAGED
        var forC = request.forC
        let decode = request.format == .jpeg ? cimage_jpeg_decode : cimage_png_decode
        let count = request.width * request.height * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            status = bytes.withUnsafeBufferPointer { source in
                decode(source.baseAddress, source.count, &forC, target.baseAddress, &report)
            }
            initialized = status == CIMAGE_OK ? count : 0
        }
        try check(status, report, format: request.format, limits: request.limits)
        return Image(width: request.width, height: request.height, pixels: pixels)
    }

    /// Decodes a JPEG file whose header has planes.
    static func decodePlanes(_ bytes: [UInt8], _ request: Request) throws(ImagingError) -> PlanarPicture {
        var report = CImageReport()
        var planes = CImagePlanes()
        var forC = request.forC
        let status = bytes.withUnsafeBufferPointer {
            cimage_jpeg_decode_planes($0.baseAddress, $0.count, &forC, &planes, &report)
        }
        try check(status, report, format: request.format, limits: request.limits)
        return PlanarPicture(adopting: planes)
    }

    private static func check(
        _ status: CImageStatus, _ report: CImageReport, format: ImageFormat, limits: DecodeLimits
    ) throws(ImagingError) {
        switch status {
        case CIMAGE_OK: return
        case CIMAGE_UNSUPPORTED: throw .unsupportedVariety(format: format, reason: text(of: report))
        case CIMAGE_MEMORY: throw .tooMuchMemory(format: format, limit: limits.maximumMemory)
        case CIMAGE_SCANS: throw .tooManyScans(limit: limits.maximumScans)
        default: throw .damaged(format: format, reason: text(of: report))
        }
    }

    private static func text(of report: CImageReport) -> String {
        withUnsafeBytes(of: report.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// A baseline JPEG file. Only running out of memory can stop it, which traps as in any Swift allocation.
    static func jpeg(_ image: Image, quality: Int) -> [UInt8] {
        encode(image) { cimage_jpeg_encode($0, $1, $2, Int32(quality), $3, $4) }
    }

    /// A PNG file; otherwise as `jpeg`.
    static func png(_ image: Image) -> [UInt8] { encode(image, cimage_png_encode) }

    private typealias Encoder = (
        UnsafePointer<UInt8>?, UInt32, UInt32, UnsafeMutablePointer<CImageFile>?,
        UnsafeMutablePointer<CImageReport>?
    ) -> CImageStatus

    private static func encode(_ image: Image, _ encoder: Encoder) -> [UInt8] {
        var file = CImageFile()
        var report = CImageReport()
        let status = image.pixels.withUnsafeBufferPointer {
            encoder($0.baseAddress, UInt32(image.width), UInt32(image.height), &file, &report)
        }
        guard status == CIMAGE_OK else { fatalError("encoding an image: \(text(of: report))") }
        defer { cimage_free(&file) }
        return [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
