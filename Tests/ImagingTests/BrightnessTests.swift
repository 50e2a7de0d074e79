import Imaging
import Testing

@Suite struct BrightnessTests {
    @Test func `brightness is OpenCV's`() {
        let expected = decoded(
            "GGGq1TyFzmNgqdQ7hK8di9tn1UOxH41HaddG2WxLkiW4S8BxUJcq3ZVNUb11LcedVVnFfXRRLlfKxaJ/XDli1dBXWVtdX2FjGRsdHyEjosnSYz5ljLPaTShPdjmF0R1ptU1NmccxfcnQQbIjlFF2yVjJOqsc"
        )
        #expect(Pattern.noise(13, 9).luma() == expected)
    }

    @Test func `sharpness is the variance of OpenCV's Laplacian`() {
        #expect(abs(Pattern.noise(13, 9).laplacianVariance() - 79722.73504273505) < 1e-6)
    }

    @Test func `blur lowers sharpness and one colour has none`() {
        let sharp = Pattern.noise(40, 40)
        let blurred = sharp.resized(width: 20, height: 20).resized(width: 40, height: 40)
        #expect(blurred.laplacianVariance() < sharp.laplacianVariance() / 4)
        #expect(Image(width: 9, height: 9, color: .grey(200)).laplacianVariance() == 0)
        #expect(Image(width: 1, height: 1, color: .grey(200)).laplacianVariance() == 0)
    }
}
