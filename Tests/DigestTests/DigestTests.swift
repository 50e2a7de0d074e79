import Digest
import TestKit
import Testing

@Test(.enabled(if: SharedFixtures.available, SharedFixtures.skipReason))
func `the fixture folder has the models`() {
    #expect(SharedFixtures.path("models").hasSuffix("models"))
}
