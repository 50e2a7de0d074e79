internal import Kernels

/// Bytes that loading may make of a model's weights, all stages together: constants that are folded, weights
/// that a fusion changes, weights that are packed.
///
/// A file can ask for any amount with a few bytes: by a node that makes a constant, by one tensor that many
/// nodes share, or by few channels, which packing fills up to blocks. What a model needs goes with its size:
/// of half-precision weights in the file, folding and each fusion make twice as many bytes, and Winograd's
/// transform eight times; of quantised ones twice that.
final class LoadBudget {
    /// All of it, for refusals.
    let limit: Int
    private(set) var left: Int

    /// The budget of a model whose files have so many bytes.
    convenience init(fileBytes: Int) {
        // Data files are mapped one by one, and a sparse one has any size.
        let (share, overflow) = fileBytes.multipliedReportingOverflow(by: 32)
        self.init(limit: overflow ? .max : (256 << 20) + min(share, Int.max / 2))
    }

    init(limit: Int) { (self.limit, left) = (limit, limit) }

    /// Takes bytes, or nothing where there are not as many.
    func spend(_ bytes: Int) -> Bool {
        guard bytes <= left else { return false }
        left -= bytes
        return true
    }

    /// The same for what cannot be done without.
    func take(_ bytes: Int) throws(Refusal) {
        guard spend(bytes) else {
            throw Refusal.limit(
                "needs \(bytes == .max ? "too many" : "\(bytes)") bytes for its weights, but loading a file of this "
                    + "size may make \(limit), of which \(left) are left")
        }
    }
}
