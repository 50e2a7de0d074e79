import Imaging
import Testing

@Suite struct JPEGDecodingTests {
    @Test(arguments: JPEGSample.all)
    func `every colour space decodes as OpenCV does`(sample: JPEGSample) throws {
        let source = try SourceImage(bytes: sample.bytes)
        #expect(source.width == 20 && source.height == 14)
        let image = try source.decode()
        for expected in sample.samples {
            // OpenCV's CMYK rounds otherwise; the numbers of the others are the same to the bit with
            // libjpeg-turbo.
            #expect(expected.distance(in: image) <= 2, "\(expected)")
        }
    }

    @Test func `our own file comes back nearly as it was`() throws {
        let original = Pattern.smooth(61, 47)
        let decoded = try SourceImage(bytes: original.jpeg(quality: 98)).decode()
        #expect(decoded.width == 61 && decoded.height == 47)
        #expect(difference(decoded.pixels, original.pixels).mean < 2.5)
    }

    @Test func `a file that was cut off has no end`() throws {
        let bytes = Pattern.smooth(40, 40).jpeg()
        #expect(try SourceImage(bytes: bytes).hasEnd)
        for count in [1, 2, bytes.count / 8] {
            #expect(try !SourceImage(bytes: Array(bytes.dropLast(count))).hasEnd)
        }
        #expect(try SourceImage(bytes: Pattern.smooth(40, 40).png()).hasEnd)
    }

    @Test func `lower quality makes a smaller file`() {
        let image = Pattern.noise(64, 64)
        #expect(image.jpeg(quality: 40).count < image.jpeg(quality: 95).count)
    }

    @Test func `a lossless JPEG is refused as an unsupported variety`() {
        var bytes = Pattern.smooth(8, 8).jpeg()
        bytes[startOfFrame(bytes) + 1] = 0xC3
        #expect {
            try SourceImage(bytes: bytes)
        } throws: {
            if case .unsupportedVariety(.jpeg, _)? = $0 as? ImagingError { true } else { false }
        }
    }

    @Test func `twelve bits a sample are refused as an unsupported variety`() {
        var bytes = Pattern.smooth(8, 8).jpeg()
        bytes[startOfFrame(bytes) + 4] = 12
        #expect {
            try SourceImage(bytes: bytes)
        } throws: {
            if case .unsupportedVariety(.jpeg, _)? = $0 as? ImagingError { true } else { false }
        }
    }

    @Test func `bytes behind the end and between segments are tolerated`() throws {
        let image = Pattern.smooth(24, 16)
        let bytes = image.jpeg()
        let expected = try SourceImage(bytes: bytes).decode()
        #expect(try SourceImage(bytes: bytes + [1, 2, 3, 0xFF, 0xD8, 0xFF]).decode() == expected)
        var padded = bytes
        padded.insert(contentsOf: [0, 1, 2], at: 20)  // behind the JFIF segment
        #expect(try SourceImage(bytes: padded).decode() == expected)
    }

    @Test func `a spoilt entropy segment is an error`() {
        var bytes = Pattern.noise(64, 64).jpeg()
        // A marker where there should be coefficients ends the data early.
        bytes.replaceSubrange(bytes.count / 2..<bytes.count / 2 + 2, with: [0xFF, 0xD9])
        #expect(throws: ImagingError.self) { try SourceImage(bytes: bytes).decode() }
    }
}

/// Index of the first start-of-frame marker of a baseline file.
func startOfFrame(_ bytes: [UInt8]) -> Int {
    bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 }!
}
