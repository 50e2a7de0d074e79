import Gallery
import TestKit
import Testing

@Suite struct JobTests {
    @Test func `a job goes from queued over running to its end`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let parameters = try JSONObjectText(#"{"seed":0}"#)
        let job = try await store.createJob(kind: .purify, gallery: people, parameters: parameters)
        #expect(
            job.state == .queued && job.progress == 0 && job.parameters == parameters && job.gallery == people
        )
        #expect(job.startedAt == nil && job.finishedAt == nil && job.report == nil && job.error == nil)
        let running = try await store.startJob(job.id)
        #expect(running.state == .running && running.startedAt != nil)
        let done = try await store.finishJob(job.id, .succeeded(report: try JSONObjectText(#"{"faces":3}"#)))
        #expect(done.state == .succeeded && done.progress == 1 && done.report?.text == #"{"faces":3}"#)
        #expect(done.finishedAt != nil && done.state.isFinal)
    }

    @Test func `lists show the summary of a report that has one, else the report`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        let (long, short) = (try JSONObjectText(#"{"a":1,"all":[1,2]}"#), try JSONObjectText(#"{"a":1}"#))
        let outcomes = [
            JobOutcome.succeeded(report: long, summary: short), .succeeded(report: long),
            .failed(error: "no luck", report: long, summary: short),
        ]
        for outcome in outcomes {
            let job = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
            #expect(try await store.finishJob(job.id, outcome).report == long)
        }
        #expect(try await store.jobs().items.map(\.report) == [short, long, short])
        let oldest = try #require(try await store.jobs().items.last)
        #expect(try await store.job(oldest.id).report == long)
        #expect(try await store.job(oldest.id, summarised: true) == oldest)
    }

    @Test func `a gallery takes one job at a time`() async throws {
        let fixture = try await GalleryFixture()
        let (store, people) = (fixture.store, fixture.people)
        let first = try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
        let create: @Sendable () async -> GalleryError? = {
            await refusal { () throws(GalleryError) in
                try await store.createJob(kind: .purify, gallery: people, parameters: .empty)
            }
        }
        #expect(await create() == .jobRunning(first.id, gallery: people))
        _ = try await store.startJob(first.id)
        #expect(await create() == .jobRunning(first.id, gallery: people))
        _ = try await store.finishJob(first.id, .failed(error: "no luck"))
        #expect(try await store.job(first.id).error == "no luck")
        #expect(await create() == nil)
        _ = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        _ = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
    }

    @Test func `a job that is over can't be started or ended again`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        let job = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        _ = try await store.finishJob(job.id, .cancelled)
        #expect(
            await refusal { () throws(GalleryError) in try await store.startJob(job.id) }
                == .jobFinished(job.id))
        #expect(
            await refusal { () throws(GalleryError) in try await store.finishJob(job.id, .cancelled) }
                == .jobFinished(job.id))
    }

    @Test func `an unknown job is named`() async throws {
        let fixture = try await GalleryFixture()
        let (store, id) = (fixture.store, JobID.random())
        let missing = GalleryError.jobNotFound(id)
        #expect(await refusal { () throws(GalleryError) in try await store.job(id) } == missing)
        #expect(await refusal { () throws(GalleryError) in try await store.startJob(id) } == missing)
        #expect(
            await refusal { () throws(GalleryError) in try await store.finishJob(id, .cancelled) } == missing)
    }

    @Test func `jobs come newest first in pages`() async throws {
        let fixture = try await GalleryFixture()
        var ids: [JobID] = []
        for _ in 0..<5 {
            ids.append(try await fixture.store.createJob(kind: .purify, gallery: nil, parameters: .empty).id)
        }
        let first = try await fixture.store.jobs(try PageRequest(limit: 3))
        _ = try await fixture.store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        let second = try await fixture.store.jobs(try PageRequest(limit: 3, after: first.next))
        #expect((first.items + second.items).map(\.id) == ids.reversed())
        #expect(second.next == nil)
    }

    @Test func `jobs under way at a restart have failed`() async throws {
        let fixture = try await GalleryFixture()
        let queued = try await fixture.store.createJob(
            kind: .purify, gallery: fixture.people, parameters: .empty)
        let running = try await fixture.store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        _ = try await fixture.store.startJob(running.id)
        let ended = try await fixture.store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        _ = try await fixture.store.finishJob(ended.id, .cancelled)
        let reopened = try await fixture.reopened()
        for id in [queued.id, running.id] {
            let job = try await reopened.job(id)
            #expect(job.state == .failed && job.error == "interrupted by restart" && job.finishedAt != nil)
        }
        #expect(try await reopened.job(ended.id).state == .cancelled)
        _ = try await reopened.createJob(kind: .purify, gallery: fixture.people, parameters: .empty)
    }

    @Test func `the oldest finished jobs are forgotten past the limit`() async throws {
        let fixture = try await GalleryFixture()
        let store = fixture.store
        let waiting = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        let first = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        _ = try await store.finishJob(first.id, .cancelled)
        for _ in 0..<GalleryStore.finishedJobLimit {
            let job = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
            _ = try await store.finishJob(job.id, .cancelled)
        }
        _ = try await store.job(first.id)
        _ = try await store.createJob(kind: .purify, gallery: nil, parameters: .empty)
        #expect(
            await refusal { () throws(GalleryError) in try await store.job(first.id) }
                == .jobNotFound(first.id))
        #expect(try await store.job(waiting.id).state == .queued)
    }

    @Test func `a job of a kind that another version knows is shown as it stands`() async throws {
        let fixture = try await GalleryFixture()
        var ids: [JobID] = []
        for kind in JobKind.allCases {
            ids.append(try await fixture.store.createJob(kind: kind, gallery: nil, parameters: .empty).id)
        }
        #expect(try await fixture.store.jobs().items.map(\.kind) == ["invert", "calibrate", "purify"])
        try RawDatabase(fixture.path).execute("UPDATE jobs SET kind = 'dream' WHERE kind = 'invert'")
        #expect(try await fixture.store.job(ids[2]).kind == "dream")
        #expect(try await fixture.store.startJob(ids[2]).state == .running)
    }
}
