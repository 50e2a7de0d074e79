import Kernels
import SubCenter
import TestKit
import Testing

/// The design's noise scenarios on made-up people.
@Suite struct PurifierNoiseTests {
    /// What came of a scenario, in shares.
    private struct Outcome {
        var noiseRemoved = 0.0
        var cleanKept = 0.0
    }

    /// 40 people with 20 photographs, `share` of them replaced by what `intruders` gives.
    private func run(
        share: Double, seed: UInt64, intruders: (inout SyntheticGallery, Int) -> [[Float]]
    ) throws -> Outcome {
        var gallery = SyntheticGallery(seed: seed)
        let noise = Int(20 * share)
        let identities = (0..<40).map { index in
            let person = gallery.direction()
            let clean = gallery.photographs(of: person, count: 20 - noise)
            return EnrolledIdentity("p\(100 + index)", clean + intruders(&gallery, noise))
        }
        let result = try Purifier(pool: WorkerPool(threads: 2)).purify(identities)
        let removed = result.quarantine.filter { (Int($0.faceID.suffix(3)) ?? 0) >= 20 - noise }.count
        let clean = 40 * (20 - noise)
        return Outcome(
            noiseRemoved: Double(removed) / Double(40 * noise),
            cleanKept: 1 - Double(result.quarantine.count - removed) / Double(clean))
    }

    @Test(arguments: [0.1, 0.3]) func `strangers go and photographs of the person stay`(share: Double) throws
    {
        let outcome = try run(share: share, seed: 11) { gallery, count in
            (0..<count).map { _ in gallery.direction() }
        }
        #expect(outcome.noiseRemoved > 0.93, "\(outcome)")
        #expect(outcome.cleanKept > 0.99, "\(outcome)")
    }

    @Test(arguments: [0.1, 0.3, 0.4]) func `one intruder goes even with many photographs`(share: Double)
        throws
    {
        let outcome = try run(share: share, seed: 12) { gallery, count in
            let intruder = gallery.direction()
            return gallery.photographs(of: intruder, count: count)
        }
        #expect(outcome.noiseRemoved > 0.93, "\(outcome)")
        #expect(outcome.cleanKept > 0.99, "\(outcome)")
    }

    @Test func `half and half is ambiguous, nobody loses a face`() throws {
        let outcome = try run(share: 0.5, seed: 13) { gallery, count in
            let intruder = gallery.direction()
            return gallery.photographs(of: intruder, count: count)
        }
        #expect(outcome.noiseRemoved == 0 && outcome.cleanKept == 1, "\(outcome)")
    }

    @Test(arguments: 3...12) func `small clean sets lose nothing and are not ambiguous`(size: Int) throws {
        var gallery = SyntheticGallery(seed: 14)
        let identities = (0..<50).map { index in
            let person = gallery.direction()
            return EnrolledIdentity("p\(100 + index)", gallery.photographs(of: person, count: size))
        }
        let report = try Purifier().purify(identities).report
        #expect(report.quarantined * 100 <= report.faces, "\(report.quarantined) of \(report.faces)")
        #expect(report.perIdentity.filter(\.ambiguous).count <= 2)
        #expect(report.possibleDuplicates.isEmpty)
    }
}
