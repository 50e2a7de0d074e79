import CSQLite
import FaceService
import Gallery
import TestKit
import Testing

/// What asking for a job, and after one, may cost.
struct JobRequestTests {
    @Test func `events of a job do not read its whole report`() async throws {
        let service = try await ServiceHarness()
        let store = service.service.application.store
        let job = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty).id
        _ = try await store.finishJob(job, .succeeded(report: .empty, summary: .empty))
        // A whole report that was read would be seen, as nothing can be made of it.
        var database: OpaquePointer?
        #expect(sqlite3_open(service.folder.file("arcface.sqlite"), &database) == SQLITE_OK)
        #expect(sqlite3_exec(database, "UPDATE jobs SET report = 'torn'", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)
        #expect(try await service.get("/admin/jobs/\(job.text)").status == 500)
        let events = try await service.get("/admin/jobs/\(job.text)/events")
        #expect(events.status == 200 && events.text.hasPrefix("event: done\n"))
        await service.close()
    }

    @Test func `ten thousand identities can be named, and more are refused with the limit`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: [0])
        for (count, status) in [(10_001, 400), (10_000, 202)] {
            let names = Array(repeating: "\"anna\"", count: count).joined(separator: ",")
            let answer = try await service.post(
                "/admin/galleries/g/purify", json: "{\"identities\":[\(names)]}")
            #expect(answer.status == status)
            if status == 400 {
                #expect(answer.text.contains("'identities'") && answer.text.contains("at most 10000"))
            }
        }
        await service.close()
    }
}
