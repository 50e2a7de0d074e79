internal import Dispatch
internal import Locks

/// A value that is being made on another thread.
final class Deferred<Value: Sendable>: Sendable {
    private let made = Locked<Value?>(nil)
    private let group = DispatchGroup()

    /// Starts making it.
    init(_ make: @escaping @Sendable () -> Value) {
        DispatchQueue.global().async(group: group) { [made] in
            let value = make()
            made.withLock { $0 = value }
        }
    }

    /// The value, once it is made.
    var value: Value {
        group.wait()
        return made.withLock { $0 }!
    }
}
