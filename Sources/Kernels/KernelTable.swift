import CKernels
import Foundation

/// The C micro-kernels for the CPU this runs on.
///
/// Unchecked because it holds a pointer; it points to a constant table of functions.
package struct KernelTable: @unchecked Sendable {
    /// The instruction sets there are micro-kernels for, best last.
    package enum InstructionSet: String, Sendable, CaseIterable {
        case portable, avx2, avx512
        /// AVX-512 with products of bytes.
        case avx512VNNI = "avx512_vnni"
        /// The same with products of bfloat16.
        case avx512BF16 = "avx512_bf16"
        /// The same with products of matrices of bfloat16.
        case amx

        /// Those that this CPU has, best last.
        package static var available: [InstructionSet] {
            allCases.filter { KernelTable(instructionSet: $0) != nil }
        }
    }

    /// The environment variable that names the instruction set to use.
    package static let variable = "ARCFACE_CPU"

    /// The best the CPU has, probed once; `ARCFACE_CPU` names another.
    ///
    /// Traps when the variable names none or one that this CPU lacks: whoever sets it wants just that one.
    /// The commands ask `named` before.
    package static let current: KernelTable = {
        do { return try named(ProcessInfo.processInfo.environment[variable]) } catch {
            fatalError("\(error)")
        }
    }()

    /// The kernels that a value of the variable asks for; the best the CPU has where it is not set, or empty.
    package static func named(_ name: String?) throws(UnknownInstructionSet) -> KernelTable {
        guard let name, !name.isEmpty else {
            return KernelTable(instructionSet: InstructionSet.available.last ?? .portable)!
        }
        guard let set = InstructionSet(rawValue: name), let table = KernelTable(instructionSet: set) else {
            throw UnknownInstructionSet(name: name)
        }
        return table
    }

    package let instructionSet: InstructionSet

    /// Whether a vector of eight channels takes less time than one of sixteen. Bits do not depend on it.
    package let halvesAreFaster: Bool

    /// Whether a channel block is one vector.
    let hasVectorsOfSixteen: Bool

    /// The functions; never nil inside the C table.
    let functions: UnsafePointer<ck_table>

    /// The kernels of one instruction set, or nil where this CPU has it not. `halvesAreFaster` is measured;
    /// tests say it.
    package init?(instructionSet: InstructionSet, halvesAreFaster: Bool? = nil) {
        let index: ck_instruction_set =
            switch instructionSet {
            case .portable: CK_PORTABLE
            case .avx2: CK_AVX2
            case .avx512: CK_AVX512
            case .avx512VNNI: CK_AVX512_VNNI
            case .avx512BF16: CK_AVX512_BF16
            case .amx: CK_AMX
            }
        guard let functions = ck_table_for(index) else { return nil }
        self.instructionSet = instructionSet
        self.functions = functions
        hasVectorsOfSixteen = functions.pointee.half_multiply_adds != nil
        self.halvesAreFaster = halvesAreFaster ?? (!hasVectorsOfSixteen || KernelTable.cutsVectorsOfSixteen)
    }
}

extension KernelTable {
    /// The inner product of `probe` with each of `count` rows.
    ///
    /// Equal rows give equal bits wherever they lie. Rows are `stride` elements apart, a multiple of 16; rows
    /// and probe are 64-byte aligned and zero from their true length up to `stride`.
    package func dotRows(
        _ rows: UnsafePointer<Float>, stride: Int, count: Int, probe: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        functions.pointee.dot_rows(rows, stride, count, probe, output)
    }
}
