import Dispatch
import Synchronization

/// The threads that searches run on: a few serial queues taken in turn, since a scan is about as long as the
/// next one and more scans at a time than cores gain nothing.
final class SearchLanes: Sendable {
    private let lanes: [DispatchQueue]
    private let turn = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)

    init(count: Int) {
        lanes = (0..<max(count, 1)).map { DispatchQueue(label: "arcface.gallery.search\($0)") }
    }

    /// Refuses every later search.
    func close() { isClosed.store(true, ordering: .relaxed) }

    func run<T: Sendable>(
        _ body: @escaping @Sendable () throws(GalleryError) -> T
    ) async throws(GalleryError) -> T {
        guard !isClosed.load(ordering: .relaxed) else { throw .closed }
        let lane = lanes[(turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max) % lanes.count]
        return try await lane.answer(body)
    }
}
