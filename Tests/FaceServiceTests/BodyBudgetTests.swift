import FaceService
import HTTPServer
import Testing

struct BodyBudgetTests {
    private let body = RequestBody(bytes: [UInt8](repeating: 7, count: 8))

    @Test func `a body that has no room is refused as overload`() async throws {
        let refused = await #expect(throws: Problem.self) {
            try await BodyBudget(bytes: 7).collect(body, upTo: 100)
        }
        #expect(refused?.code == .overloaded)
        #expect(refused?.headers.first?.name == "Retry-After")
    }

    @Test func `room is given back when a body is complete or fails`() async throws {
        let budget = BodyBudget(bytes: 10)
        for _ in 0..<3 {
            #expect(try await budget.collect(RequestBody(bytes: [1, 2, 3, 4, 5, 6]), upTo: 100).count == 6)
            await #expect(throws: BodyError.self) {
                try await budget.collect(RequestBody(bytes: [1, 2, 3, 4, 5, 6]), upTo: 5)
            }
        }
    }
}
