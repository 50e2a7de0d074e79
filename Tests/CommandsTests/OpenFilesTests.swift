import Commands
import Testing

struct OpenFilesTests {
    @Test func `the limit of open files is raised as far as the system lets it, and never lowered`() {
        let before = OpenFiles.limit
        #expect(before > 0)
        OpenFiles.allow(1)
        #expect(OpenFiles.limit == before)
        // The process of the tests keeps one more.
        let wanted = min(before, OpenFiles.most - 1) + 1
        OpenFiles.allow(wanted)
        #expect(OpenFiles.limit == wanted)
        #expect(OpenFiles.needed(connections: 1_024) > 1_024)
    }
}
