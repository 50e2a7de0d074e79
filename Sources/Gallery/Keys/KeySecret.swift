import Encodings
import Foundation

/// The secret that a client shows: 256 random bits as text. It is told once, to whoever makes the key; stored
/// is its hash.
package struct KeySecret: Sendable {
    /// So that people and scanners for leaked secrets see what it is.
    static let prefix = "arcface_"

    /// The prefix and 43 characters of base64url (RFC 4648 section 5).
    package let text: String

    /// A new one, from the system's generator.
    package static func random() -> KeySecret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        return KeySecret(text: prefix + Base64.encodeForURL(bytes))
    }

    /// What is stored, and what a shown secret is looked up by. One round of SHA-256 does: nobody guesses 256
    /// bits.
    package var hash: ContentHash { Self.hash(of: text) }

    /// The hash of what a client shows, whatever that is.
    package static func hash(of shown: String) -> ContentHash { ContentHash(of: Array(shown.utf8)) }
}
