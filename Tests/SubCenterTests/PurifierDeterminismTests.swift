import Kernels
import Locks
import SubCenter
import Synchronization
import TestKit
import Testing

@Suite struct PurifierDeterminismTests {
    private static func identities() -> [EnrolledIdentity] {
        var gallery = SyntheticGallery(seed: 5)
        return (0..<60).map { index in
            let (person, intruder) = (gallery.direction(), gallery.direction())
            let clean = gallery.photographs(of: person, count: 3 + index % 15)
            return EnrolledIdentity(
                "person \(index)",
                clean + gallery.photographs(of: intruder, count: index % 5) + [gallery.direction()])
        }
    }

    @Test func `neither the order of identities nor that of faces matters`() throws {
        let identities = Self.identities()
        let reference = try Purifier().purify(identities, parameters: .kmeans)
        #expect(!reference.quarantine.isEmpty)
        var gallery = SyntheticGallery(seed: 6)
        for _ in 0..<3 {
            let shuffled = gallery.shuffled(identities).map {
                EnrolledIdentity(name: $0.name, faces: gallery.shuffled($0.faces))
            }
            #expect(try Purifier().purify(shuffled, parameters: .kmeans) == reference)
        }
    }

    @Test(arguments: [1, 2, 5]) func `the number of threads does not matter`(threads: Int) throws {
        var parameters = PurifyParameters(method: .kmeans)
        parameters.threshold = .auto
        let reference = try Purifier().purify(Self.identities(), parameters: parameters)
        let pooled = Purifier(pool: WorkerPool(threads: threads))
        #expect(try pooled.purify(Self.identities(), parameters: parameters) == reference)
    }

    @Test func `an identity's result does not depend on its company`() throws {
        let identities = Self.identities()
        let all = try Purifier().purify(identities, parameters: .kmeans).report.perIdentity
        for index in [0, 7, 33] {
            let alone = try Purifier().purify([identities[index]], parameters: .kmeans).report.perIdentity
            #expect(alone == all.filter { $0.identity == identities[index].name })
        }
    }

    @Test func `progress goes from 0 to 1 and never back`() throws {
        let told = Locked<[Double]>([])
        _ = try Purifier(pool: WorkerPool(threads: 3)).purify(
            Self.identities(), parameters: .kmeans, progress: { value in told.withLock { $0.append(value) } })
        let values = told.withLock { $0 }
        #expect(values.first == 0 && values.last == 1)
        #expect(values == values.sorted() && Set(values).count == values.count)
        #expect(values.count > 20)
    }

    @Test(arguments: [0, 1, 20, 200, 1_000]) func `cancelling at any question gives no result`(after: Int) {
        let asked = Atomic(0)
        #expect(throws: PurifyError.cancelled) {
            try Purifier(pool: WorkerPool(threads: 2)).purify(
                Self.identities(), parameters: .kmeans,
                isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).newValue > after })
        }
        #expect(asked.load(ordering: .relaxed) > after)
    }

    @Test func `a large identity asks often`() throws {
        var gallery = SyntheticGallery(seed: 9, dimension: 32)
        let person = gallery.direction()
        let asked = Atomic(0)
        _ = try Purifier().purify(
            [EnrolledIdentity("A", gallery.photographs(of: person, count: 3_000))], parameters: .kmeans,
            isCancelled: {
                asked.wrappingAdd(1, ordering: .relaxed)
                return false
            })
        #expect(asked.load(ordering: .relaxed) > 3_000 / 16 + 8 * 12)
    }
}
