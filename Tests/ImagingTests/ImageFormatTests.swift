import Imaging
import Testing

@Suite struct ImageFormatTests {
    @Test(arguments: [
        ("", "empty"), ("GIF89a......", "GIF"), ("RIFF\u{1}\0\0\0WEBPVP8 ", "WebP"), ("BM......", "BMP"),
        ("II*\0....", "TIFF"), ("MM\0*....", "TIFF"), ("\0\0\0\u{18}ftypheic....", "HEIC"),
        ("\0\0\0\u{18}ftypavif....", "AVIF"), ("\0\0\0\u{18}ftypisom....", "a video (MP4 or QuickTime)"),
        ("%PDF-1.4", "PDF"), ("hello, world\n", "text"), ("{\"image\": 1}", "text"),
        ("/9j/4AAQ", "base64 text of a JPEG file"),
        ("data:image/png;base64,iVBOR", "a data URL"), ("\u{1}\u{2}\u{3}", "of an unknown kind"),
        ("\0", "of an unknown kind"),
    ])
    func `what is neither JPEG nor PNG is refused by what it seems to be`(text: String, kind: String) {
        #expect(throws: ImagingError.unsupportedFormat(seemingly: kind)) {
            try SourceImage(bytes: Array(text.utf8))
        }
    }

    @Test func `a PNG file sent in text mode is called damaged`() {
        let converted = PNGBuilder().bytes.filter { $0 != 0x0D }
        let error = #expect(throws: ImagingError.self) { try SourceImage(bytes: converted) }
        #expect(error?.description.contains("text mode") == true)
    }

    @Test func `the format follows from the first bytes`() throws {
        #expect(try SourceImage(bytes: PNGBuilder().bytes).format == .png)
        #expect(try SourceImage(bytes: JPEGSample.grey.bytes).format == .jpeg)
    }

    @Test func `only what is too big is called too large`() {
        let large: [ImagingError] = [
            .tooManyBytes(count: 2, limit: 1), .sideTooLong(width: 2, height: 1, limit: 1),
            .tooManyPixels(width: 2, height: 2, limit: 1), .tooMuchMemory(format: .png, limit: 1),
        ]
        let wrong: [ImagingError] = [
            .unsupportedFormat(seemingly: "GIF"), .unsupportedVariety(format: .jpeg, reason: "x"),
            .damaged(format: .jpeg, reason: "x"), .tooManyScans(limit: 1),
        ]
        #expect(large.allSatisfy { $0.isTooLarge })
        #expect(wrong.allSatisfy { !$0.isTooLarge })
        #expect(Set((large + wrong).map(\.description)).count == 8)
    }
}
