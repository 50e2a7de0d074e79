import CKernels

/// How the weights of dense layers are stored, and what their products are made of.
package enum Precision: String, Sendable, Hashable, CaseIterable {
    /// Weights and inputs as they are.
    case float32 = "fp32"
    /// Weights rounded to binary16, half the memory traffic; inputs stay float32, and so do small
    /// convolutions.
    case float16Weights = "fp16-weights"
    /// Weights and inputs of each product rounded to bfloat16, two products an instruction where the CPU has
    /// them.
    case bfloat16 = "bf16"
    /// Both rounded to whole numbers of -127 to 127: weights with a scale for each output channel, inputs
    /// with one for all that a sum is made of. Sums are exact; layers that would not gain by it are in
    /// bfloat16.
    case int8

    /// Its number in the C tables.
    var kernelForm: ck_precision {
        switch self {
        case .float32: CK_FLOAT32
        case .float16Weights: CK_FLOAT16
        case .bfloat16: CK_BFLOAT16
        case .int8: CK_INT8
        }
    }

    /// Whether weights can be stored this way whose largest magnitude in an output channel is this.
    ///
    /// binary16 ends at 65504, and under 2^-14 it has fewer bits the smaller a number is: a channel whose
    /// largest weight lies near that would be wrong, not just rough, and a scale after it may make it matter.
    /// The others take whatever there is, NaN too.
    func holds(largest: Float) -> Bool {
        self != .float16Weights || largest == 0 || (largest >= 0x1p-10 && largest <= 65504)
    }

    /// Weights of a convolution up to which they stay in a core's second cache, 256 KiB of float32: to widen
    /// them each time costs more than they are read faster.
    private static let fewWeights = 1 << 16

    /// What a convolution of so many weights takes in a network. Kernels do as they are told, so that tests
    /// reach them with small ones.
    package func forConvolution(weights: Int) -> Precision {
        self == .float16Weights && weights <= Precision.fewWeights ? .float32 : self
    }

    /// Channels from which whole numbers are faster than bfloat16 in Winograd's form, which has 36 scales for
    /// each tile.
    private static let winogradChannels = 128

    /// Products whose sum 32 bits hold, each of them at most 127 * 127.
    private static let mostProducts = 1 << 17

    /// What a 3x3 convolution of stride 1 takes.
    func forWinograd(inputChannels: Int) -> Precision {
        self == .int8 && inputChannels < Precision.winogradChannels ? .bfloat16 : forSums(of: inputChannels)
    }

    /// What takes sums of so many products.
    func forSums(of products: Int) -> Precision {
        self == .int8 && products > Precision.mostProducts ? .bfloat16 : self
    }

    /// The name by which a gallery remembers what made its embeddings; nil for the usual `fp32`.
    ///
    /// Roundings of inputs fall the other way for the least difference, and a network of many layers makes 1
    /// % of it. Kernels that round a product and a sum at one stroke (AVX2, AVX-512 with or without
    /// instructions for bfloat16, NEON) give the same bits, plain x86-64 others: their embeddings differ as
    /// much as from `fp32`, so that they are told apart. So do those of products of matrices, which sum in an
    /// order of their own and take no Winograd's form.
    package func contractName(table: KernelTable = .current) -> String? {
        switch self {
        case .float32: nil
        case .float16Weights: rawValue
        case .bfloat16 where table.multipliesMatrices: rawValue + "-amx"
        case .bfloat16, .int8: table.fusesProducts ? rawValue : rawValue + "-unfused"
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

    /// Whether convolutions in bfloat16 are products of matrices, one instruction each.
    package var multipliesMatrices: Bool { instructionSet == .amx }

    /// Whether quantised convolutions are products of bytes. Plain C has those as well, for tests, and is
    /// slower by them.
    package var multipliesBytes: Bool { functions.pointee.byte_windows != nil && instructionSet != .portable }

    /// The kernels that depend on the precision.
    func kernels(_ precision: Precision) -> UnsafePointer<ck_precision_kernels> {
        let all = functions.pointee.precisions
        return switch precision {
        case .float32: all.0!
        case .float16Weights: all.1!
        case .bfloat16: all.2!
        case .int8: all.3!
        }
    }
}
