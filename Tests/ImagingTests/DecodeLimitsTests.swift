import Foundation
import Imaging
import Testing

@Suite struct DecodeLimitsTests {
    /// A small file whose header claims another size.
    private static func jpeg(claiming width: Int, _ height: Int) -> [UInt8] {
        var bytes = Pattern.smooth(16, 16).jpeg()
        let size = startOfFrame(bytes) + 5
        bytes.replaceSubrange(
            size..<size + 4, with: [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) })
        return bytes
    }

    private static func png(claiming width: Int, _ height: Int) -> [UInt8] {
        PNGBuilder(claimedWidth: width, claimedHeight: height).bytes
    }

    @Test func `a file of more bytes than allowed is refused`() {
        let bytes = Self.png(claiming: 5, 4)
        #expect(throws: ImagingError.tooManyBytes(count: bytes.count, limit: bytes.count - 1)) {
            try SourceImage(bytes: bytes, limits: DecodeLimits(maximumBytes: bytes.count - 1))
        }
        #expect(throws: Never.self) {
            try SourceImage(bytes: bytes, limits: DecodeLimits(maximumBytes: bytes.count))
        }
    }

    @Test func `sides and pixels are allowed up to their limits`() throws {
        let limits = DecodeLimits(maximumPixels: 600, maximumSide: 30)
        #expect(try SourceImage(bytes: Self.png(claiming: 30, 20), limits: limits).width == 30)
        #expect(try SourceImage(bytes: Self.jpeg(claiming: 20, 30), limits: limits).height == 30)
        #expect(throws: ImagingError.sideTooLong(width: 31, height: 1, limit: 30)) {
            try SourceImage(bytes: Self.png(claiming: 31, 1), limits: limits)
        }
        #expect(throws: ImagingError.tooManyPixels(width: 30, height: 21, limit: 600)) {
            try SourceImage(bytes: Self.jpeg(claiming: 30, 21), limits: limits)
        }
    }

    @Test(arguments: [(0, 4), (4, 0), (0, 0)])
    func `a picture without pixels is damaged`(width: Int, height: Int) {
        for bytes in [Self.png(claiming: width, height), Self.jpeg(claiming: width, height)] {
            let error = #expect(throws: ImagingError.self) { try SourceImage(bytes: bytes) }
            #expect(error?.isTooLarge == false)
        }
    }

    @Test func `forged sizes are refused without allocating for them`() async {
        await #expect(processExitsWith: .success) {
            // 512 MiB more than is mapped now: the least of these pictures takes 3 GB.
            let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[
                0]
            let allowed = rlim_t(Int(pages)! * Int(sysconf(Int32(_SC_PAGESIZE))) + 512 << 20)
            var limit = rlimit(rlim_cur: allowed, rlim_max: allowed)
            precondition(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
            let files =
                [(65_535, 65_535), (65_500, 65_500), (32_768, 32_768)].flatMap {
                    [Self.jpeg(claiming: $0.0, $0.1), Self.png(claiming: $0.0, $0.1)]
                } + [
                    Self.png(claiming: 0x7FFF_FFFF, 0x7FFF_FFFF),
                    Self.png(claiming: 0xFFFF_FFFF, 0xFFFF_FFFF),
                ]
            for bytes in files {
                do throws(ImagingError) {
                    _ = try SourceImage(bytes: bytes)
                    fatalError("accepted")
                } catch {
                    precondition(error.isTooLarge, "\(error)")
                }
            }
        }
    }

    @Test func `a JPEG of more scans than allowed is refused`() throws {
        let bytes = JPEGSample.progressive.bytes
        let few = try SourceImage(bytes: bytes, limits: DecodeLimits(maximumScans: 3))
        #expect(throws: ImagingError.tooManyScans(limit: 3)) { try few.decode() }
        #expect(throws: ImagingError.tooManyScans(limit: 3)) { try few.decodePicture() }
        #expect(throws: Never.self) {
            try SourceImage(bytes: bytes, limits: DecodeLimits(maximumScans: 10)).decode()
        }
    }

    @Test func `a progressive JPEG that needs more memory than allowed is refused`() throws {
        let bytes = JPEGSample.tall.bytes
        #expect(throws: ImagingError.tooMuchMemory(format: .jpeg, limit: 4_096)) {
            try SourceImage(bytes: bytes, limits: DecodeLimits(maximumMemory: 4_096)).decode()
        }
        let image = try SourceImage(bytes: bytes).decode()
        #expect(image == Image(width: 16, height: 400, color: .grey(76)))
    }

    @Test func `an interlaced PNG that needs more memory than allowed is refused`() throws {
        let builder = PNGBuilder(width: 40, height: 30, isInterlaced: true)
        #expect(throws: ImagingError.tooMuchMemory(format: .png, limit: 3_599)) {
            try SourceImage(bytes: builder.bytes, limits: DecodeLimits(maximumMemory: 3_599)).decode()
        }
        #expect(throws: Never.self) {
            try SourceImage(bytes: builder.bytes, limits: DecodeLimits(maximumMemory: 3_600)).decode()
        }
    }

    @Test(arguments: [false, true])
    func `compressed data that goes on behind the last row is cut off`(isInterlaced: Bool) throws {
        var builder = PNGBuilder(isInterlaced: isInterlaced, surplus: 1_000)
        #expect(throws: Never.self) { try SourceImage(bytes: builder.bytes).decode() }
        builder.surplus = 300_000
        #expect(throws: ImagingError.self) { try SourceImage(bytes: builder.bytes).decode() }
    }
}
