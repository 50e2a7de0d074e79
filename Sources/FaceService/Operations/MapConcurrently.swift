/// Runs `body` on each item, at most `width` at a time, and keeps the order of the items.
func mapConcurrently<Item: Sendable, R: Sendable>(
    _ items: [Item], width: Int, _ body: @escaping @Sendable (Item) async throws -> R
) async throws -> [R] {
    try await withThrowingTaskGroup(of: (Int, R).self) { group in
        var results: [R?] = Array(repeating: nil, count: items.count)
        var next = 0
        func start() {
            let index = next
            let item = items[index]
            next += 1
            group.addTask { (index, try await body(item)) }
        }
        while next < min(max(1, width), items.count) { start() }
        while let (index, result) = try await group.next() {
            results[index] = result
            if next < items.count { start() }
        }
        return results.map { $0! }
    }
}
