import CKernels

/// How the weights of dense layers are stored, and what their products are made of. All sums are in float32.
package enum Precision: String, Sendable, Hashable, CaseIterable {
    /// Weights and inputs as they are.
    case float32 = "fp32"
    /// Weights rounded to binary16, half the memory traffic; inputs stay float32.
    case float16Weights = "fp16-weights"
    /// Weights and inputs of each product rounded to bfloat16, two products an instruction where the CPU has them.
    case bfloat16 = "bf16"

    /// Its number in the C tables.
    var kernelForm: ck_precision {
        switch self {
        case .float32: CK_FLOAT32
        case .float16Weights: CK_FLOAT16
        case .bfloat16: CK_BFLOAT16
        }
    }

    /// Whether weights can be stored this way whose largest magnitude in an output channel is this.
    ///
    /// binary16 ends at 65504, and under 2^-14 it has fewer bits the smaller a number is: a channel whose largest weight
    /// lies near that would be wrong, not just rough, and a scale after it may make it matter. Float32 and bfloat16 take
    /// whatever there is, NaN too.
    func holds(largest: Float) -> Bool {
        self != .float16Weights || largest == 0 || (largest >= 0x1p-10 && largest <= 65504)
    }

    /// The name by which a gallery remembers what made its embeddings; nil for the usual `fp32`.
    ///
    /// Roundings to bfloat16 fall the other way for the least difference, and a network of many layers makes 1 % of it. Kernels
    /// that round a product and a sum at one stroke (AVX2, AVX-512 with or without instructions for bfloat16, NEON) give
    /// the same bits, plain x86-64 others: their embeddings differ as much as from `fp32`, so that they are told apart.
    package func contractName(table: KernelTable = .current) -> String? {
        switch self {
        case .float32: nil
        case .float16Weights: rawValue
        case .bfloat16: table.fusesProducts ? rawValue : rawValue + "-unfused"
        }
    }
}

extension KernelTable {
    /// Whether a product and the sum that it goes into are rounded once, as one operation.
    package var fusesProducts: Bool {
        // (1 + 2^-12)^2 is 1 + 2^-11 and 2^-24, which a product of its own loses.
        let factor: Float = 1 + 0x1p-12
        var value = factor
        functions.pointee.scale_shift([factor], &value, 1, factor, -(1 + 0x1p-11))
        return value != 0
    }

    /// The kernels that depend on the precision.
    func kernels(_ precision: Precision) -> UnsafePointer<ck_precision_kernels> {
        let all = functions.pointee.precisions
        return switch precision {
        case .float32: all.0!
        case .float16Weights: all.1!
        case .bfloat16: all.2!
        }
    }
}
