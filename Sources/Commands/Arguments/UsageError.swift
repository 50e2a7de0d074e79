/// A command line that cannot be obeyed; the process prints it with the command's usage and exits with 2.
package struct UsageError: Error, CustomStringConvertible {
    /// What is wrong, naming the option or operand.
    package let description: String

    package init(_ description: String) { self.description = description }
}
