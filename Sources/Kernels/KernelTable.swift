/// The C micro-kernels for the CPU this runs on.
package struct KernelTable: Sendable {
    /// The instruction sets there are micro-kernels for, best last.
    package enum InstructionSet: String, Sendable, CaseIterable, Comparable {
        case portable, avx2, avx512

        package static func < (a: InstructionSet, b: InstructionSet) -> Bool {
            allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
        }
    }

    /// The best the CPU has, probed once; `ARCFACE_CPU=portable` (or `avx2`) holds it to less.
    package static let current = KernelTable(.portable)

    package let instructionSet: InstructionSet

    /// The kernels of one instruction set, or nil where this CPU has it not.
    package init?(instructionSet: InstructionSet) { fatalError("to come") }

    private init(_ set: InstructionSet) { instructionSet = set }
}
