/// What a file says of its picture before any pixel is decoded.
struct SourceHeader {
    /// Size as stored, before the orientation is applied.
    var width, height: Int
    /// nil when the file doesn't state it.
    var orientation: Orientation?
    /// Whether the file can be decoded to a `PlanarPicture`.
    var hasPlanes = false

    /// Throws when the claimed size is none or passes a limit.
    func check(against limits: DecodeLimits, format: ImageFormat) throws(ImagingError) {
        guard width > 0, height > 0 else { throw .damaged(format: format, reason: "it has no pixels") }
        guard max(width, height) <= limits.maximumSide else {
            throw .sideTooLong(width: width, height: height, limit: limits.maximumSide)
        }
        let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
        guard !overflows, pixels <= limits.maximumPixels else {
            throw .tooManyPixels(width: width, height: height, limit: limits.maximumPixels)
        }
    }
}
