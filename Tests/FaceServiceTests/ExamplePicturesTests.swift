import Encodings
import FaceService
import TestKit
import Testing

private let people = ServedModels.names(in: "docs/examples/people")

/// The tour of the README: the built-in models on the pictures of nobody.
@Suite(.serialized, .enabled(if: !people.isEmpty, "docs/examples has no pictures"))
struct ExamplePicturesTests {
    private func picture(_ name: String) throws -> [UInt8] { try ServedModels.file("docs/examples/" + name) }

    private func enrol(_ served: ServedModels, _ identity: String, _ file: String) async throws -> String {
        let answer = try await served.send(
            "POST", "/galleries/g/identities/\(identity)/faces?select=largest", try picture(file),
            type: "image/jpeg")
        try #require(answer.status == 201, "\(file): \(answer.json.jsonText())")
        return try #require(answer.json["faces"]?.arrayValue?.first?["face_id"]?.stringValue)
    }

    @Test func `the group has four faces and the wall none`() async throws {
        let served = try await ServedModels()
        for (file, count) in [("group.jpg", 4), ("empty.jpg", 0)] {
            let answer = try await served.send("POST", "/detect", try picture(file), type: "image/jpeg")
            #expect(answer.json["faces"]?.arrayValue?.count == count, "\(file): \(answer.json.jsonText())")
        }
        await served.server.drain()
    }

    /// Whichever of its faces were asked for before, and in whatever order.
    @Test func `of one picture each face is enrolled once, whatever the options are`() async throws {
        let served = try await ServedModels()
        #expect(try await served.send("PUT", "/galleries/g").status == 201)
        func enrol(_ identity: String, _ options: String) async throws -> [(left: Double, isDuplicate: Bool)]
        {
            let answer = try await served.send(
                "POST", "/galleries/g/identities/\(identity)/faces?\(options)", try picture("group.jpg"),
                type: "image/jpeg")
            return try #require(answer.json["faces"]?.arrayValue, "\(answer.json.jsonText())").map { face in
                (try #require(face["box"]?["x"]?.doubleValue), face["duplicate"] == .bool(true))
            }
        }
        let scores =
            try await served.send("POST", "/detect", try picture("group.jpg"), type: "image/jpeg")
            .json["faces"]?.arrayValue?.compactMap { $0["score"]?.doubleValue } ?? []
        // One face fewer than there are.
        let least = try #require(scores.min()) + 1e-5
        let one = try await enrol("x", "select=largest&min_score=\(least)")
        #expect(one.count == 1 && !one[0].isDuplicate)
        let all = try await enrol("x", "max_faces=4")
        #expect(all.count == 4 && all.filter(\.isDuplicate).map(\.left) == one.map(\.left))
        #expect(Set(all.map(\.left)).count == 4)
        #expect(try await enrol("y", "max_faces=4").allSatisfy { !$0.isDuplicate })
        let most = try await enrol("y", "max_faces=4&min_score=\(least)")
        #expect(most.count == 3 && most.allSatisfy(\.isDuplicate))
        for identity in ["x", "y"] {
            let faces = try await served.send("GET", "/galleries/g/identities/\(identity)/faces").json[
                "faces"]
            #expect(faces?.arrayValue?.count == 4)
        }
        await served.server.drain()
    }

    @Test func `a third portrait is nearest to the person of the first two`() async throws {
        let served = try await ServedModels()
        #expect(try await served.send("PUT", "/galleries/g").status == 201)
        for person in people {
            for number in 1...2 { _ = try await enrol(served, person, "people/\(person)/\(number).jpg") }
        }
        var wrong: [String] = []
        for person in people {
            let answer = try await served.send(
                "POST", "/identify?gallery=g&max_faces=1&threshold=-1",
                try picture("people/\(person)/3.jpg"), type: "image/jpeg")
            let match = answer.json["faces"]?.arrayValue?.first?["matches"]?.arrayValue?.first
            if match?["identity"] != .string(person) { wrong.append(person) }
        }
        #expect(wrong.count <= 1, "\(wrong)")
        await served.server.drain()
    }

    @Test func `of a folder with misfiled pictures only those are set aside`() async throws {
        let served = try await ServedModels()
        #expect(try await served.send("PUT", "/galleries/g").status == 201)
        var files: [String: String] = [:]
        for name in ServedModels.names(in: "docs/examples/misfiled/anna") {
            files[try await enrol(served, "anna", "misfiled/anna/\(name)")] = name
        }
        _ = try await served.purify("g")
        let aside =
            try await served.send("GET", "/admin/galleries/g/quarantine").json["faces"]?.arrayValue ?? []
        let names = Set(aside.compactMap { $0["face_id"]?.stringValue }.compactMap { files[$0] })
        #expect(!names.isEmpty && names.isSubset(of: ["4.jpg", "7.jpg"]), "\(names)")
        await served.server.drain()
    }
}
