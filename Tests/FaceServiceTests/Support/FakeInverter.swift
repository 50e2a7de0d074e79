import Encodings
import FaceService
import HTTP
import Imaging
import Locks
import Testing

/// Draws a picture that tells what was asked for.
struct FakeInverter: FaceInverting {
    /// What it does after the first quarter of its work.
    enum End { case draws, waitsToBeCancelled, fails }

    struct Broken: Error {}

    var end = End.draws
    /// Stopped at after the first quarter.
    var gate: Gate?
    /// What it was asked for, and how often it gave up.
    let requests = Locked<[InversionRequest]>([])
    let givenUp = Locked(0)

    func invert(
        _ request: InversionRequest, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> InvertedPicture? {
        requests.withLock { $0.append(request) }
        progress(0.25)
        try gate?.pass()
        if end == .fails { throw Broken() }
        while end == .waitsToBeCancelled, !isCancelled() {}
        if isCancelled() {
            givenUp.withLock { $0 += 1 }
            return nil
        }
        return InvertedPicture(
            image: Self.image(of: request), similarity: 0.875, embeddingLoss: 0.25, statisticsLoss: 2,
            iterations: request.iterations)
    }

    /// Of the first number of the embedding, the seed and the iterations.
    static func image(of request: InversionRequest) -> Image {
        Image(
            width: 12, height: 8,
            color: PixelColor(
                red: UInt8((request.embedding[0] + 1) * 127), green: UInt8(request.seed % 256),
                blue: UInt8(request.iterations % 256)))
    }
}

extension ServiceHarness {
    /// A service that inverts, with a gallery `g` in it: ten photographs of `anna`, three of `bert`.
    static func inverting(
        _ inverter: FakeInverter = FakeInverter(), settings: [String: String] = [:]
    ) async throws -> ServiceHarness {
        let all = ["inversion.enabled": "true"].merging(settings) { $1 }
        let service = try await ServiceHarness(settings: all, inverter: { inverter })
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: Array(0..<10))
        try await service.enrol("bert", person: 2, photographs: Array(0..<3))
        return service
    }

    static let anna = #"{"gallery":"g","identity":"anna"}"#

    static func body(_ embedding: [Float], more: String = "") -> String {
        "{\"embedding\":\(JSONValue.floats(embedding).jsonText())\(more)}"
    }

    /// Starts an inversion, which is expected to be taken; where its job is.
    func invert(_ body: String) async throws -> String {
        let started = try await post("/admin/invert", json: body)
        #expect(started.status == 202, "\(started.text)")
        let location = try #require(started.headers.text(.location))
        #expect(try started.json["id"]?.stringValue.map { "/admin/jobs/\($0)" } == location)
        return location
    }

    /// Waits for a job: its event stream ends with it.
    func finished(_ location: String) async throws -> JSONValue {
        let events = try await get(location + "/events")
        #expect(events.text.contains("event: done\n"))
        return try await get(location).json
    }
}
