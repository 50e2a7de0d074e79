import CImageCodecs
import Foundation

/// The C loops over pixels for the CPU this runs on. All instruction sets give the same bytes.
///
/// Unchecked because it holds a pointer; it points to a constant table of functions.
struct PixelKernels: @unchecked Sendable {
    private let table: UnsafePointer<CImagePixelTable>

    /// The best that the CPU has, chosen once. `ARCFACE_CPU` bounds it, as it does the networks' kernels
    /// (`KernelTable.named`, which is also where a name that nobody knows is refused). Here it makes no
    /// difference what is beyond AVX-512.
    static let current: PixelKernels = {
        let names = ["portable", "avx2", "avx512"]
        let wanted = ProcessInfo.processInfo.environment["ARCFACE_CPU"].flatMap(names.firstIndex)
        let sets = [CIMAGE_PORTABLE, CIMAGE_AVX2, CIMAGE_AVX512][...(wanted ?? names.count - 1)]
        return sets.reversed().lazy.compactMap(PixelKernels.init).first!
    }()

    /// Nil where this CPU lacks the instructions.
    private init?(_ set: CImageInstructionSet) {
        guard let table = cimage_pixels_for(set) else { return nil }
        self.table = table
    }

    /// The functions; never nil inside the C table.
    var functions: CImagePixelTable { table.pointee }
}
