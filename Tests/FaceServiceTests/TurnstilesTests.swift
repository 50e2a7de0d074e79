import FaceService
import Foundation
import Locks
import TestKit
import Testing

struct TurnstilesTests {
    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `work under a key goes one after the other, in the order of arrival`() async throws {
        let turnstiles = Turnstiles<String>()
        let gate = Gate()
        let order = Locked<[Int]>([])
        var tasks: [Task<Void, any Error>] = []
        for index in 0..<3 {
            tasks.append(
                Task {
                    try await turnstiles.pass("a") {
                        order.withLock { $0.append(index) }
                        if index == 0 { try await gate.opened() }
                    }
                })
            await until { turnstiles.waiting("a") >= index && !order.withLock { $0.isEmpty } }
        }
        #expect(try await turnstiles.pass("b") { 7 } == 7)
        #expect(order.withLock { $0 } == [0])
        gate.open()
        for task in tasks { try await task.value }
        #expect(order.withLock { $0 } == [0, 1, 2])
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `a task that is cancelled while it waits goes away, and holds up nobody`() async throws {
        let turnstiles = Turnstiles<String>()
        let gate = Gate()
        let first = Task { try await turnstiles.pass("a") { try await gate.opened() } }
        try await gate.waitForArrivals(1)
        let given = Task { try await turnstiles.pass("a") { _ = Issue.record("it was cancelled") } }
        await until { turnstiles.waiting("a") >= 1 }
        let last = Task { try await turnstiles.pass("a") { 3 } }
        await until { turnstiles.waiting("a") >= 2 }
        given.cancel()
        await #expect(throws: CancellationError.self) { try await given.value }
        gate.open()
        try await first.value
        #expect(try await last.value == 3)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await turnstiles.pass("a") { _ = Issue.record("it was cancelled before") }
        }
        await #expect(throws: CancellationError.self) { try await early.value }
        #expect(try await turnstiles.pass("a") { 4 } == 4)
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `work that fails lets the next one through`() async throws {
        struct Failure: Error {}
        let turnstiles = Turnstiles<String>()
        await #expect(throws: Failure.self) { try await turnstiles.pass("a") { throw Failure() } }
        #expect(try await turnstiles.pass("a") { 5 } == 5)
    }
}

extension Gate {
    /// Waits at the gate on a thread of its own.
    fileprivate func opened() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread { [self] in continuation.resume(with: Result { try pass() }) }.start()
        }
    }
}
