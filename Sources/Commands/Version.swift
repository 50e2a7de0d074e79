/// The version of this build.
package enum Version {
    /// Semantic version; CHANGELOG.md says what each brought.
    package static let current = "0.1.0"
}
