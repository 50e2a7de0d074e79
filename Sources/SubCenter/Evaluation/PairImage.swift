/// A photograph as a pairs file names it: a person and a number.
package struct PairImage: Sendable, Hashable {
    /// The folder's name; never a path (no slash, not `.` or `..`).
    package let person: String
    /// From 1.
    package let number: Int

    /// `NAME/NAME_0001.jpg`, LFW's layout.
    package var relativePath: String {
        let digits = String(number)
        return "\(person)/\(person)_\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).jpg"
    }
}
