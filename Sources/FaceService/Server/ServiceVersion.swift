/// The version of this build.
package enum ServiceVersion {
    package static let current = "0.1.0"
}
