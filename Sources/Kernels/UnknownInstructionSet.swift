/// A value of `ARCFACE_CPU` that names no instruction set, or one that this CPU lacks.
package struct UnknownInstructionSet: Error, CustomStringConvertible {
    package let name: String

    package var description: String {
        func list(_ sets: [KernelTable.InstructionSet]) -> String {
            sets.map(\.rawValue).joined(separator: ", ")
        }
        return
            "\(KernelTable.variable): '\(name.prefix(40))' is not one of \(list(KernelTable.InstructionSet.allCases)); "
            + "this CPU has \(list(KernelTable.InstructionSet.available))"
    }
}
