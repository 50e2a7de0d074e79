import Foundation
import SubCenter
import Testing

@Suite struct PurificationReportTests {
    private func report() throws -> PurificationReport {
        let identities = [
            EnrolledIdentity("A", [0, 20, 160].map { SyntheticGallery.planar($0) }),
            EnrolledIdentity("B", [[0, 0, 1]]), EnrolledIdentity("C", [[0, 0, 1]]),
            EnrolledIdentity(name: "empty", faces: []),
        ]
        return try Purifier().purify(identities, parameters: .kmeans).report
    }

    @Test func `it encodes with the keys of the interface, nulls included`() throws {
        var report = try report()
        report.seconds = 1.5
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let object = try #require(
            try JSONSerialization.jsonObject(with: encoder.encode(report)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "identities", "faces", "dominant", "quarantined", "kept", "per_identity",
                "possible_duplicates",
                "seconds",
            ])
        #expect(object["seconds"] as? Double == 1.5)
        #expect(
            object["faces"] as? Int == 5 && object["quarantined"] as? Int == 1 && object["kept"] as? Int == 4)
        let identities = try #require(object["per_identity"] as? [[String: Any]])
        for identity in identities {
            #expect(
                Set(identity.keys) == [
                    "identity", "faces", "sub_centers", "groups", "dominant", "ambiguous", "quarantined",
                    "angle_mean_before", "angle_mean_after",
                ])
        }
        #expect(identities[0]["quarantined"] as? [String] == ["A/002"])
        #expect(identities[3]["dominant"] is NSNull && identities[3]["angle_mean_before"] is NSNull)
        let duplicates = try #require(object["possible_duplicates"] as? [[String: Any]])
        #expect(duplicates.count == 1 && Set(duplicates[0].keys) == ["identities", "angle_degrees"])
        #expect(duplicates[0]["identities"] as? [String] == ["B", "C"])
    }

    @Test func `what is encoded decodes to the same`() throws {
        let report = try report()
        let decoded = try JSONDecoder().decode(PurificationReport.self, from: JSONEncoder().encode(report))
        #expect(decoded == report)
    }

    @Test func `reasons have the interface's names`() {
        #expect(QuarantineReason.nonDominant.rawValue == "non_dominant")
        #expect(QuarantineReason.beyondThreshold.rawValue == "beyond_threshold")
    }
}
