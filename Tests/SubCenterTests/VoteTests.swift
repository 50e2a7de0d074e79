import SubCenter
import Testing

/// Small sets whose angles are known, so that counts, angles and reasons are known too.
@Suite struct VoteTests {
    private func purify(
        _ degrees: [Double], _ change: (inout PurifyParameters) -> Void = { _ in }
    ) throws -> (identity: IdentityReport, quarantine: [QuarantineDecision]) {
        var parameters = PurifyParameters(method: .kmeans)
        change(&parameters)
        let identity = EnrolledIdentity("A", degrees.map { SyntheticGallery.planar($0) })
        let result = try Purifier().purify([identity], parameters: parameters)
        return (try #require(result.report.perIdentity.first), result.quarantine)
    }

    @Test func `two against one sets the one aside`() throws {
        let (identity, quarantine) = try purify([0, 20, 160])
        #expect(identity.faces == 3)
        #expect(identity.subCenters == [1, 1, 1])
        #expect(identity.groups == [2, 1])
        #expect(identity.dominant == 0)
        #expect(!identity.ambiguous)
        #expect(identity.quarantined == ["A/002"])
        let before = try #require(identity.angleMeanBefore)
        #expect(abs(before - 170.0 / 3) < 1e-3)
        let after = try #require(identity.angleMeanAfter)
        #expect(abs(after - 10) < 1e-3)
        let decision = try #require(quarantine.first)
        #expect(quarantine.count == 1)
        #expect(decision.reason == .nonDominant)
        #expect(abs(decision.angleDegrees - 150) < 1e-3)
        #expect(decision.nearest == nil && decision.moveTo == nil)
    }

    @Test func `a member of the dominant group beyond the threshold goes for that reason`() throws {
        // The direction of the sum of 0, 10 and 40 degrees is 16.53 degrees.
        let (identity, quarantine) = try purify([0, 10, 40]) {
            $0.threshold = .fixed(20)
            $0.duplicateCosine = 1
        }
        #expect(identity.groups == [3])
        #expect(quarantine.map(\.faceID) == ["A/002"])
        #expect(quarantine.map(\.reason) == [.beyondThreshold])
        #expect(abs(quarantine[0].angleDegrees - 23.47) < 0.01)
    }

    @Test func `a member of a losing group that is near enough stays`() throws {
        let (identity, quarantine) = try purify([0, 2, 4, 6, 71, 73]) { $0.duplicateCosine = 1 }
        #expect(identity.groups == [4, 2])
        #expect(identity.quarantined == [])
        #expect(quarantine.isEmpty)
        #expect(identity.angleMeanBefore == identity.angleMeanAfter)
    }

    @Test func `the angle must be under the threshold`() throws {
        #expect(
            try purify([-15, 0, 15, 90]) { $0.threshold = .fixed(89.9) }.identity.quarantined == ["A/003"])
        #expect(try purify([-15, 0, 15, 90]) { $0.threshold = .fixed(90.1) }.identity.quarantined == [])
    }

    @Test func `groups of equal size are ambiguous and left alone`() throws {
        let (identity, quarantine) = try purify([0, 15, 30, 150, 165, 180])
        #expect(identity.groups == [3, 3])
        #expect(identity.ambiguous)
        #expect(quarantine.isEmpty)
        #expect(identity.quarantined == [])
    }

    @Test func `one face more is a majority among few, not among many`() throws {
        let few = try purify([0, 15, 30, 150, 165])
        #expect(few.identity.groups == [3, 2] && !few.identity.ambiguous && few.quarantine.count == 2)
        let eight: [Double] = (0..<8).map { Double($0) * 13 }
        let seven: [Double] = (0..<7).map { 190 + Double($0) * 13 }
        let many = try purify(eight + seven)
        #expect(many.identity.ambiguous && many.quarantine.isEmpty)
        #expect(many.identity.groups == [8, 7])
    }

    @Test func `three strangers are ambiguous`() throws {
        let (identity, quarantine) = try purify([0, 100, 200])
        #expect(identity.ambiguous && quarantine.isEmpty && identity.groups == [1, 1, 1])
    }

    @Test(arguments: [[], [10], [0, 180], [0, 90]] as [[Double]])
    func `fewer than three faces are left alone`(degrees: [Double]) throws {
        let (identity, quarantine) = try purify(degrees)
        #expect(quarantine.isEmpty && identity.quarantined == [] && !identity.ambiguous)
        #expect(identity.faces == degrees.count)
        #expect(identity.subCenters == (degrees.isEmpty ? [] : [degrees.count]))
        #expect(identity.groups == identity.subCenters)
        #expect(identity.dominant == (degrees.isEmpty ? nil : 0))
        #expect((identity.angleMeanBefore == nil) == degrees.isEmpty)
    }

    @Test func `a burst of one photograph has one vote`() throws {
        // Ten frames within two degrees (cosine over 0.999) against four photographs of somebody else.
        let burst: [Double] = (0..<10).map { 150 + Double($0) * 0.2 }
        let (identity, quarantine) = try purify([0, 15, 30, 45] + burst)
        #expect(identity.groups == [4, 10])
        #expect(identity.dominant == 0)
        #expect(quarantine.count == 10 && quarantine.allSatisfy { $0.reason == .nonDominant })
        let counted = try purify([0, 15, 30, 45] + burst) { $0.duplicateCosine = 1 }
        #expect(counted.identity.groups == [10, 4])
        #expect(counted.identity.quarantined == ["A/000", "A/001", "A/002", "A/003"])
    }

    @Test func `without merging the paper's own rule holds`() throws {
        // Three sub-centers, two of them one person's: unmerged, the intruder's is as large as either.
        let degrees = [0.0, 1, 2, 40, 41, 42, 150, 151, 152]
        let merged = try purify(degrees) { $0.duplicateCosine = 1 }
        #expect(merged.identity.groups == [6, 3])
        #expect(merged.identity.quarantined == ["A/006", "A/007", "A/008"])
        let paper = try purify(degrees) {
            $0.duplicateCosine = 1; $0.mergeDegrees = 0
        }
        #expect(paper.identity.groups == [3, 3, 3] && paper.identity.ambiguous)
    }

    @Test func `a merged group is centered on its people, not on its sub-centers`() throws {
        let (identity, _) = try purify([0, 0, 0, 0, 0, 0, 30]) { $0.duplicateCosine = 1 }
        #expect(identity.groups == [7])
        // tan = sin 30 / (6 + cos 30): 4.165 degrees from six faces, 25.835 from one.
        let mean = try #require(identity.angleMeanBefore)
        let expected: Double = (6 * 4.165 + 25.835) / 7
        #expect(abs(mean - expected) < 0.01)
    }
}
