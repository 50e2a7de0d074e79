/// What decoding has besides the bytes of a message.
struct DecodeContext {
    let limits: DecodeLimits
    let files: ExternalFiles
}
