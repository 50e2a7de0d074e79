import Encodings
import FaceService
import TestKit
import Testing

struct OpenAPITests {
    private func document() async throws -> (JSONValue, [Operation]) {
        let service = try await ServiceHarness()
        let answer = try await service.get("/openapi.json")
        #expect(answer.status == 200)
        await service.close()
        return (try answer.json, service.service.router.routes.map(\.operation))
    }

    @Test func `the document describes each route and nothing more`() async throws {
        let (document, operations) = try await document()
        #expect(document["openapi"] == .string("3.1.0"))
        var described: Set<String> = []
        for path in document["paths"]?.objectValue?.members ?? [] {
            for method in path.value.objectValue?.members ?? [] {
                described.insert("\(method.key.uppercased()) \(path.key)")
            }
        }
        #expect(described == Set(operations.map { "\($0.method) \($0.pattern.text)" }))
        #expect(Set(operations.map(\.id)).count == operations.count)
    }

    @Test func `each operation describes its options, holes and answers`() async throws {
        let (document, operations) = try await document()
        for operation in operations {
            let described = try #require(
                document["paths"]?[operation.pattern.text]?[operation.method.lowercased()])
            let names = described["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            for hole in operation.pattern.holes { #expect(names.contains(hole)) }
            let body = described["requestBody"]?.jsonText() ?? ""
            for option in operation.options {
                #expect(
                    names.contains(option.name) || body.contains("\"\(option.name)\""),
                    "\(operation.id) \(option.name)")
            }
            for answer in operation.answers {
                #expect(described["responses"]?[String(answer.status)] != nil)
            }
            for problem in operation.problems {
                let response = described["responses"]?[String(problem.status)]
                #expect(response?["description"]?.stringValue?.contains(problem.rawValue) == true)
            }
        }
    }

    /// JSON Schema counts characters, the service bytes: a `maxLength` would promise too much.
    @Test func `texts that are bounded in bytes say so`() async throws {
        let (document, _) = try await document()
        #expect(!document.jsonText().contains("maxLength"))
        func property(_ path: String, _ method: String, _ name: String) -> JSONValue? {
            document["paths"]?[path]?[method]?["requestBody"]?["content"]?["application/json"]?["schema"]?[
                "properties"]?[name]
        }
        let key = property("/admin/keys", "post", "name")
        #expect(key?["minLength"] == .integer(1))
        #expect(key?["description"]?.stringValue?.contains("1 to 200 bytes of UTF-8") == true)
        let description = property("/galleries/{gallery}", "put", "description")
        #expect(description?["minLength"] == nil)
        #expect(description?["description"]?.stringValue?.contains("at most 4096 bytes of UTF-8") == true)
        for (path, method) in [
            ("/galleries/{gallery}", "put"), ("/galleries/{gallery}/identities/{identity}", "put"),
            ("/galleries/{gallery}/identities/{identity}/faces", "post"),
        ] {
            let metadata = property(path, method, "metadata")?["description"]?.stringValue
            #expect(metadata?.contains("65536 bytes") == true && metadata?.contains("32 deep") == true)
        }
        let identity = document["paths"]?["/galleries/{gallery}/identities/{identity}"]?["get"]?["parameters"]
        #expect(identity?.jsonText().contains("1 to 256 bytes of printable UTF-8") == true)
    }

    @Test func `an option of a JSON body may be null, which is none, unless it is required`() async throws {
        let (document, _) = try await document()
        func option(_ path: String, _ method: String, _ name: String, _ type: String) -> JSONValue? {
            document["paths"]?[path]?[method]?["requestBody"]?["content"]?[type]?["schema"]?["properties"]?[
                name]
        }
        let json = "application/json"
        let metadata = option("/galleries/{gallery}", "put", "metadata", json)
        #expect(metadata?["type"] == .array([.string("object"), .string("null")]))
        let method = option("/admin/galleries/{gallery}/purify", "post", "method", json)
        #expect(method?["enum"]?.arrayValue?.last == .null)
        let threshold = option("/admin/galleries/{gallery}/purify", "post", "threshold_degrees", json)
        #expect(threshold?["oneOf"]?.arrayValue?.last == .object(["type": .string("null")]))
        #expect(option("/admin/keys", "post", "scope", json)?["type"] == .string("string"))
        #expect(option("/embed", "post", "max_faces", "multipart/form-data")?["type"] == .string("integer"))
        let harness = try await ServiceHarness()
        let made = try await harness.send(
            "PUT", "/galleries/g", body: Array(#"{"metadata":null}"#.utf8), type: "application/json")
        #expect(made.status == 201)
        await harness.close()
    }

    @Test func `headers and answers that depend on something say on what`() async throws {
        let (document, _) = try await document()
        let headers = document["components"]?["headers"]
        let load = document["paths"]?["/galleries/{gallery}/import"]?["post"]
        let schemas = document["components"]?["schemas"]
        let identify = document["paths"]?["/identify"]?["post"]?["parameters"]?.arrayValue
        for (place, words) in [
            (headers?["WWW-Authenticate"], "With every 401"), (headers?["Retry-After"], "With every 429"),
            (load?["responses"]?["408"], "request_timeout"),
            (schemas?["Identity"]?["properties"]?["updated_at"], "not with the faces"),
            (identify?.first { $0["name"] == .string("threshold") }, "to itself may be off 1"),
        ] {
            let text = place?["description"]?.stringValue ?? ""
            #expect(text.contains(words))
        }
        let export = document["paths"]?["/galleries/{gallery}/export"]?["get"]?["summary"]?.stringValue
        #expect(export?.contains("description, metadata") == true)
    }

    @Test func `each reference resolves and each schema is used`() async throws {
        let (document, _) = try await document()
        var references: Set<String> = []
        collect(document, into: &references)
        for reference in references {
            var place = document
            for step in reference.dropFirst(2).split(separator: "/") {
                place = try #require(place[String(step)], "\(reference) leads nowhere")
            }
        }
        for schema in document["components"]?["schemas"]?.objectValue?.members ?? [] {
            #expect(
                references.contains("#/components/schemas/\(schema.key)"), "\(schema.key) is used by nothing")
        }
    }

    private func collect(_ value: JSONValue, into references: inout Set<String>) {
        for member in value.objectValue?.members ?? [] {
            if member.key == "$ref", let text = member.value.stringValue { references.insert(text) }
            collect(member.value, into: &references)
        }
        if case .array(let elements) = value {
            for element in elements { collect(element, into: &references) }
        }
    }

    @Test func `answers have the members that their schemas require`() async throws {
        let (document, _) = try await document()
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let ids = try await service.enrol("a", person: 1, photographs: [0])
        for target in ["/galleries/h", "/galleries/h/identities/b"] { _ = try await service.put(target) }
        for (answer, schema) in [
            (try await service.post("/detect", image: FakeImage.png()), "DetectAnswer"),
            (try await service.post("/embed", image: FakeImage.png()), "EmbedResult"),
            (try await service.post("/identify?gallery=g", image: FakeImage.png()), "IdentifyAnswer"),
            (try await service.post("/verify?gallery=g&identity=a", image: FakeImage.png()), "VerifyAnswer"),
            (try await service.get("/galleries/g"), "Gallery"),
            (try await service.get("/galleries"), "GalleryList"),
            (try await service.get("/galleries/g/identities/a"), "Identity"),
            (try await service.get("/galleries/g/faces/\(ids[0])?embedding=true"), "EnrolledFace"),
            (try await service.get("/galleries/g/export"), "FaceLine"),
            (try await service.get("/galleries/h/export?identities=true"), "IdentityLine"),
            (
                try await service.post("/galleries/g/identities/a/faces", image: FakeImage.png()),
                "EnrolAnswer"
            ),
            (try await service.get("/models"), "Models"),
            (try await service.post("/admin/galleries/g/purify", json: "{}"), "Job"),
            (try await service.get("/admin/galleries/g/quarantine"), "QuarantineList"),
            (try await service.send("POST", "/admin/backup"), "Backup"),
            (try await service.get("/nothing"), "Problem"),
        ] {
            try check(try answer.json, schema, document)
        }
        await service.close()
    }

    private func check(_ value: JSONValue, _ name: String, _ document: JSONValue) throws {
        let schema = try #require(document["components"]?["schemas"]?[name])
        let properties = Set(schema["properties"]?.objectValue?.members.map(\.key) ?? [])
        let present = Set(value.objectValue?.members.map(\.key) ?? [])
        let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        #expect(required.isSubset(of: present), "\(name) lacks \(required.subtracting(present))")
        #expect(
            present.isSubset(of: properties), "\(name) does not describe \(present.subtracting(properties))")
    }
}
