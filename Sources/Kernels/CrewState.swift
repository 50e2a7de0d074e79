import Synchronization

/// What the threads of a `WorkerCrew` must agree on, in one word: the number of the job, whether it is open,
/// and how many threads have joined it.
struct CrewState: AtomicRepresentable, Equatable {
    private var word = 0

    private static let open = 1 << 16
    private static let nextJob = 1 << 17

    /// Threads in the job, its caller apart.
    var joined: Int { word & (CrewState.open - 1) }
    var job: Int { word >> 17 }

    func isOpen(after seen: Int) -> Bool { word & CrewState.open != 0 && job != seen }

    /// Whether the job is shut and everybody has left.
    var isOver: Bool { word & (CrewState.nextJob - 1) == 0 }

    /// The next job, open; this one must be over.
    var opened: CrewState { CrewState(word: (word &+ CrewState.nextJob) | CrewState.open) }
    var shut: CrewState { CrewState(word: word & ~CrewState.open) }
    var withOneMore: CrewState { CrewState(word: word + 1) }
    var withOneLess: CrewState { CrewState(word: word - 1) }
}

extension CrewState {
    typealias AtomicRepresentation = Int.AtomicRepresentation

    static func encodeAtomicRepresentation(_ value: consuming CrewState) -> AtomicRepresentation {
        Int.encodeAtomicRepresentation(value.word)
    }

    static func decodeAtomicRepresentation(_ storage: consuming AtomicRepresentation) -> CrewState {
        CrewState(word: Int.decodeAtomicRepresentation(storage))
    }
}
