/// Bounds for a multipart body; its whole size is bounded where it is read.
package struct MultipartLimits: Sendable {
    /// Parts in a form. Default 256: a batch of images with some options; each part costs a record.
    package var maximumParts = 256
    /// Bytes of one part's header block. Default 4096: a disposition with a long file name fits.
    package var maximumPartHeaderBytes = 4096

    package init() {}
}
