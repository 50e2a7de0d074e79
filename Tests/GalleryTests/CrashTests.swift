import Foundation
import Gallery
import TestKit
import Testing

@Suite struct CrashTests {
    @Test func `every face that was answered survives a kill`() async throws {
        let folder = TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder.path as String] in
            try await CrashTests.enrollUntilKilled(in: folder)
        }
        let store = try await GalleryStore.open(path: folder.file("faces.db"))
        let people = try GalleryName("people")
        let answered = try String(contentsOfFile: folder.file("answered"), encoding: .utf8).split(
            separator: "\n")
        #expect(answered.count >= 40)
        for line in answered {
            let id = try #require(FaceID(String(line)))
            let vector = try await store.embedding(of: id, in: people)
            let answer = try await store.search(
                vector, in: people, model: GalleryFixture.model, top: 1, threshold: 0.99)
            #expect(answer.matches.first?.similarity ?? 0 > 0.99)
        }
        let report = try await store.check()
        #expect(report.problems == [] && report.faces >= answered.count)
        await store.close()
    }

    /// Several enrol at a time and write down what was answered; after 40 answers the process dies at once,
    /// with other enrolments under way.
    static func enrollUntilKilled(in folder: String) async throws {
        let store = try await GalleryStore.open(path: folder + "/faces.db")
        let people = try GalleryName("people")
        _ = try await store.putGallery(people, model: GalleryFixture.model)
        let answers = AnswerLog(path: folder + "/answered")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(worker))
                    for _ in 0..<1000 {
                        let face = NewFace(
                            embedding: randomUnit(8, &generator), crop: [UInt8](repeating: 1, count: 3000))
                        let enrolled = try await store.enroll(
                            [face], as: try name("worker \(worker)"), in: people, model: GalleryFixture.model)
                        if answers.write(enrolled[0].id) == 40 { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
