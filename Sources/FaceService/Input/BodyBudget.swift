package import HTTPServer
import Locks

/// The memory that bodies on their way in may take together. Without it a thousand clients that send their
/// uploads slowly would each hold as much as the largest body; once a body is complete the inference queue's
/// limit takes over.
package final class BodyBudget: Sendable {
    private let free: Locked<Int>

    /// - Parameter bytes: of all bodies together.
    package init(bytes: Int) { free = Locked(bytes) }

    /// Reads a body to its end. One of unknown length counts as the largest.
    ///
    /// - Throws: ``Problem`` `overloaded` when the budget has no room for it, and what the body throws.
    package func collect(_ body: RequestBody, upTo limit: Int) async throws -> [UInt8] {
        let share = min(body.declaredLength ?? limit, limit)
        guard take(share) else {
            throw Problem(
                .overloaded, "too many bodies are on their way in",
                headers: [.init(name: "Retry-After", value: "1")])
        }
        defer { free.withLock { $0 += share } }
        return try await body.collect(upTo: limit)
    }

    private func take(_ share: Int) -> Bool {
        free.withLock { free in
            guard share <= free else { return false }
            free -= share
            return true
        }
    }
}

/// What the body of one request may take.
package struct BodyLimits: Sendable {
    /// Bytes.
    let bytes: Int
    /// Shared by all requests.
    let budget: BodyBudget
}
