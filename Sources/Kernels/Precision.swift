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

    /// The largest magnitude that weights may have to be stored this way.
    var largestWeight: Float { self == .float16Weights ? 65504 : .infinity }
}

extension KernelTable {
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
