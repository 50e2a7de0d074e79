import Imaging
import Testing

@Suite struct ResizingTests {
    /// `cv2.resize` of `Pattern.noise(13, 9)`.
    @Test(arguments: [
        (
            7, 5,
            "NlNwn7yQQl98fpu4Rk1qxJhIaISheJWyek5rdJGuhKG+qsctwihFTmuITWqHVSlGy+gqiqfESWaDvyVCx+STrJaz55YhVT9ckHmWl7TRQCI/QF16ZIGeeZazeYCdlUxpYn+GS2hoYX6b"
        ),
        (
            13, 4,
            "XnuYHjxYf5y53/wZP1x5n7zZX3yZv3yZHzxZf5254F0aQF16oL3ass/shaO/OVZz7AkmoL3aU3CNJkNgutcUjaqnQF569BEup8ThW3iV5iNA7CpG8zAt+hc04B065yRB7itIFDFOGzhVIR87CCVCDyxJFTJPWneUU3GNrcrnByRBYX6bu3iVtTJPb4xJaYajwuBcHDlWdpOwcI2q"
        ),
        (1, 1, "iqfE"),
        (
            26, 9,
            "AB06Ei9MN1RxW3iVgJ26pMGeyeZDrconUm9MNlNwW3iVf5y5pMHeyKXC7Upn0S5LdlNwWneUf5y5o8CdyOVCrMkmUW5LNVJvWneUbImml7TRc5CtKkdkIT5bWHWSj6yJxuNAvdo3dJFua4ilor/cmbbTUG2KR2SBfpu4dZKvLElmI0BdWneUkW6LyCVCvxw5dlNwbYqnpMHev9z5LktoU3CNnLnWpsPgb4ypeVZzwh88zClGlXKPX3yZKEViMk9se5i1haK/TmuIWHVSob4bq8gldJFuflt4xyRB0S5LmneUZIGeLUpnEi9MxeL/s9Dtj6zJa4ilR2SBY0Bdvxw52zhVt5Sxk7DNb4ypS2iFJ0RhQ2A9n7wZu9g1l7SRc5CtT2yJa0hlxyRB40Bdv5y5m7jVd5SxZYKfXHmWU3CNQl98ME1qHzxZTSpHvBk26kck2bYTx+RBttOwpMHek7DNgZ67cI2qXnuYTWqHO1h1KkdkWDVSxyRB9VIv5MEe0u9Mwd67uNXy8xAt9BEu9RIv9hMw9xQx+BUy+RYz+hc0+xg1/Bk2/Ro3/hs4/xw5wB06QR47Ah88AyA9BCE+BSI/BiNAByRBCCVCCSZDCidECyhFCyhFiqfElLHOp8Thu9i1zutI4r8c9VIvySZDXDlWME1qQ2B9V3SRaoekfpu4ka7LpcLfuNXyzKnG3zxZsxAtRiNAGjdULUpnQV57VHGOXnuYIT5bNFFuWneUgJ26psPgjKnGMk9sGDVSPlt4ZIGeiqfEsI2q1jNQvBk2Yj9cSGWCbouolLGOutc0oL0aRmNALElmUm+MeJWynrvYsc7ruNXylLHOTWqHRWJ/fpu4dpOwL0xpJ0RhYH2amHWS0S5LySZDgl98epd0s9Atq8glZIFeXHmWlbLPjarHRmOAPlt4d5Sxb4ypKEViBCE+"
        ),
        (
            20, 17,
            "AB06Iz9dUm+MgZ67sc5+zeoaVnNKP1x5b4ypnrvYzpe0/SA9jUpmXHmWi6jFu9hisc4kOldUSWaDbImmLElmME1qP1x5dpOwrMl60O0dYH1TUG2KhKK/iqfEqIqn30todU5rTGmGgp+8uapgtpkpRlpgXXmWhKG+fJm2SWaDHjtYYX6bpMFy1PEicY5lbouorMnmZoOgZXOQqJm2TFh1L0xpco+stVlcvzkzXF92f5y5sM3qco+sXnuYS2iFYX6bnJNq2aImg4d2aoekfpu4Yn+cX3yZdJGuWndcU3BMaYacsjxZyB88cm+Mco+sgp+8Old0cI2qoL3aaoeklFFh3iorlHOIVnOQJEFebYund5SxQV57haIymbYvY3+LrjhV0ShFiIWiTmuIJkNgbImmh6TBmbbTXHmWjDxZ4hMvpXyZaIWiL0xpVHGOa4eCco9FlrNKka5eVHKDqzRR2jFOnZq4YX6bNFFuvNn2oL3aeJWyR2SBhDRR5xc0t42qh6PBV3SRME1qU3A/wN0Pn7x1dJGjRGF9pzFO5DpXs7HOg6C9YH2alLDNeZe0VnOQM09tfCxJ7BwwyJ9kpcKTgZ67XnuYZoN0m7hRe5iCV3SRNFFupC1K7UNFycZ6psOnjKnGXHmWS2iFNVJvHjtYdCRB8CEq2rAUw+BdrMnmlbLPf5y5aIWiUW6LOld0JEFeoCpH9k0w39wZyeaJuNXyrEFepDpXmzBNkCZDuhw59Rsv618l4XZI12yJzWJ/l1h1NU5rJ0RhHTpXEzBNTyZDeDc5bnsvZIFkXHmW7Rk27xs48R049CAx9xwx+Bc08Rk28Bw58x889SE+qiRBECdEDSlGDyhFEiE+DCNACCVCCyhFDitIEC1KtWmGwHSR0ISO35M772Ip8xs4oCtIhjpXlklnpVl2kmmFXniVaoekem2KiRs4Qh88Ei9LIT5bME1rPFl2fpu3kq/MrsvMy+dV2pcy1CA9XTxZO1h1V3SRdHyZho+sj6vIqsfkxqW64i4wayg4GzhVN1RxU3CNaIWiRmOAZIGejaq7ttOqmI94WyRBSU1qWXaTgpu4q1h1nktoW3SRgJ26qa2d0psfaF41JEFeTWqHdpOwlLHOO1l1TWqHa4ilob7baoekDClGQl98d4SgrJi1xERhpzVEU2tcZ4SRjKmMwt85ZIFFLUpnY4CdgZ67kq/Mi6jFZoOgSmeEjKnGYn+cES5LU3CNlW+M0z5boFBtkHpcobwpcY5nb4yUsc6mYX57NlNweZazXHmWN1RxuNXydJGuN1RxgZ26XXqXEzBNXXqXpmOA6Q0qjFZzg6BpzOkMdZNPX3yZqMXiX3yZO1h1haK/SGWCBCE+"
        ),
    ])
    func `resizing agrees with OpenCV within one level`(width: Int, height: Int, expected: String) {
        let resized = Pattern.noise(13, 9).resized(width: width, height: height)
        #expect(resized.width == width && resized.height == height)
        #expect(difference(resized.pixels, decoded(expected)).largest <= 1)
    }

    @Test func `rows that are shared out are those of one thread`() {
        let halves = RowSharing { rows, body in
            body(rows / 2..<rows)
            body(0..<rows / 2)
        }
        for (width, height) in [(1, 1), (7, 2), (31, 45), (40, 17)] {
            let image = Pattern.noise(23, 19)
            #expect(
                image.resized(width: width, height: height, sharing: halves)
                    == image.resized(width: width, height: height))
        }
    }

    @Test func `the same size is the same picture`() {
        #expect(Pattern.noise(13, 9).resized(width: 13, height: 9) == Pattern.noise(13, 9))
    }

    @Test func `one colour stays that colour at any size`() {
        let image = Image(width: 7, height: 5, color: PixelColor(red: 255, green: 3, blue: 128))
        for (width, height) in [(1, 1), (3, 2), (50, 40), (7, 11)] {
            #expect(
                image.resized(width: width, height: height)
                    == Image(width: width, height: height, color: PixelColor(red: 255, green: 3, blue: 128)))
        }
    }

    @Test func `a single pixel can be enlarged`() {
        #expect(
            Pattern.noise(1, 1).resized(width: 3, height: 2).pixels == [UInt8](repeating: 0, count: 0)
                + Array(repeatElement([0, 29, 58] as [UInt8], count: 6).joined()))
    }
}
