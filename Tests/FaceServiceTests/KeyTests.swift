import Encodings
import FaceService
import Foundation
import Gallery
import HTTP
import HTTPServer
import TestKit
import Testing

struct KeyTests {
    private struct Made {
        let id, secret: String

        var headers: HTTPHeaders { [.authorization: FieldValue("Bearer \(secret)")!] }
    }

    private func make(
        _ scope: String, name: String? = nil, at service: ServiceHarness, with key: Made? = nil
    ) async throws -> Made {
        let name = name.map { ",\"name\":\"\($0)\"" } ?? ""
        let answer = try await service.send(
            "POST", "/admin/keys", body: Array("{\"scope\":\"\(scope)\"\(name)}".utf8),
            type: "application/json",
            headers: key?.headers ?? [:])
        try #require(answer.status == 201, "\(answer.text)")
        #expect(answer.headers.text(.cacheControl) == "no-store")
        return Made(
            id: try #require(try answer.json["id"]?.stringValue),
            secret: try #require(try answer.json["key"]?.stringValue))
    }

    @Test func `from the first key on nobody is answered without one, not on this machine either`()
        async throws
    {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        for peer in [SocketAddress.loopback, .foreign] {
            let refused = try await service.send("GET", "/galleries", peer: peer)
            #expect(refused.status == 401 && refused.code == "unauthorized")
            #expect(refused.headers.text(.wwwAuthenticate) == "Bearer realm=\"arcface\"")
            #expect(
                try await service.send("GET", "/galleries", headers: admin.headers, peer: peer).status == 200)
            #expect(try await service.send("GET", "/healthz", peer: peer).status == 200)
        }
        await service.close()
    }

    @Test func `a key is shown as a bearer token of any case or as X-Api-Key`() async throws {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        let other = try await make("recognize", at: service, with: admin)
        let secret = admin.secret
        func status(_ fields: [(FieldName, String)]) async throws -> Int {
            var headers = HTTPHeaders()
            for (name, value) in fields { headers.add(name, FieldValue(value)!) }
            return try await service.send("GET", "/admin/keys", headers: headers).status
        }
        #expect(try await status([(.authorization, "Bearer \(secret)")]) == 200)
        #expect(try await status([(.authorization, "bEARER  \(secret)")]) == 200)
        #expect(try await status([(.xApiKey, secret)]) == 200)
        #expect(try await status([(.authorization, "Basic dTpw"), (.xApiKey, secret)]) == 200)
        #expect(try await status([(.authorization, "Bearer \(secret)"), (.xApiKey, secret)]) == 200)
        #expect(try await status([(.authorization, "Bearer \(secret)"), (.xApiKey, other.secret)]) == 400)
        #expect(try await status([(.xApiKey, secret), (.xApiKey, other.secret)]) == 400)
        #expect(try await status([(.authorization, secret)]) == 401)
        #expect(try await status([(.authorization, "Basic \(secret)")]) == 401)
        for wrong in [
            String(secret.dropLast()), secret + "A", secret.uppercased(), admin.id, "", "arcface_",
            String(repeating: "A", count: 20_000),
        ] {
            #expect(try await status([(.xApiKey, wrong)]) == 401, "\(wrong.prefix(60))")
        }
        let refused = try await service.send("GET", "/galleries", headers: [.xApiKey: "wrong"])
        #expect(refused.headers.text(.wwwAuthenticate)?.contains("error=\"invalid_token\"") == true)
        await service.close()
    }

    /// Written out, so that no operation changes what it needs unseen.
    @Test func `every operation needs the scope that is documented`() async throws {
        let needed: [String: Set<String>] = [
            "open": ["healthz", "readyz"],
            "recognize": [
                "detect", "embed", "verify", "identify", "listGalleries", "getGallery", "listIdentities",
                "getIdentity",
                "listFaces", "getFace", "getCrop", "listModels", "metrics", "openapi",
            ],
            "enroll": [
                "putGallery", "deleteGallery", "putIdentity", "deleteIdentity", "enrolFaces", "moveFaces",
                "deleteFace",
                "exportGallery", "importGallery",
            ],
        ]
        let service = try await ServiceHarness()
        for operation in service.service.router.routes.map(\.operation) {
            let scope = needed.first { $0.value.contains(operation.id) }?.key ?? "admin"
            #expect(operation.scope.rawValue == scope, "\(operation.id)")
            #expect((scope == "admin") == operation.pattern.text.hasPrefix("/admin/"), "\(operation.id)")
        }
        await service.close()
    }

    /// By the operations themselves, so that a new one can't be forgotten.
    @Test func `each operation is open to the scopes that cover it and to no other`() async throws {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        let keys = [
            ("recognize", try await make("recognize", at: service, with: admin), ["recognize"]),
            ("enroll", try await make("enroll", at: service, with: admin), ["recognize", "enroll"]),
            ("admin", admin, ["recognize", "enroll", "admin"]),
        ]
        var refusals = 0
        for operation in service.service.router.routes.map(\.operation) where operation.scope != .open {
            // What is there, or is a wrong id: no operation gets as far as doing anything.
            let path = operation.pattern.text.split(separator: "/").map { $0.hasPrefix("{") ? "-" : $0 }
            let target = "/" + path.joined(separator: "/") + "?no_such_option=1"
            for (scope, key, covered) in keys {
                let answer = try await service.send(operation.method, target, headers: key.headers)
                let isRefused = answer.status == 403 && answer.text.contains("the key's scope is '\(scope)'")
                #expect(isRefused == !covered.contains(operation.scope.rawValue), "\(operation.id) \(scope)")
                guard isRefused else { continue }
                refusals += 1
                #expect(
                    answer.headers.text(.wwwAuthenticate)?
                        .contains("error=\"insufficient_scope\", scope=\"\(operation.scope.rawValue)\"")
                        == true)
            }
        }
        #expect(refusals > 20)
        await service.close()
    }

    @Test func `a key stays over a restart, and its secret is nowhere but in the answer`() async throws {
        let folder = TemporaryFolder()
        let first = try await ServiceHarness(folder: folder)
        let admin = try await make("admin", name: "the operator", at: first)
        await first.close()
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.file("arcface.sqlite")))
        #expect(file.range(of: Data("the operator".utf8)) != nil)
        #expect(file.range(of: Data(admin.secret.dropFirst("arcface_".count).utf8)) == nil)
        let second = try await ServiceHarness(folder: folder)
        #expect(try await second.get("/admin/keys").status == 401)
        let list = try await second.send("GET", "/admin/keys", headers: admin.headers)
        #expect(try list.json["keys"]?.arrayValue?.count == 1)
        #expect(try list.json["keys"]?.arrayValue?.first?["name"] == .string("the operator"))
        #expect(!list.text.contains(admin.secret))
        #expect(!second.lines.text.contains(admin.secret))
        await second.close()
    }

    @Test
    func `a deleted key is refused by the next request, and without the last one this machine is let in`()
        async throws
    {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        let other = try await make("recognize", at: service, with: admin)
        #expect(try await service.send("GET", "/galleries", headers: other.headers).status == 200)
        #expect(
            try await service.send("DELETE", "/admin/keys/\(other.id)", headers: admin.headers).status == 204)
        #expect(try await service.send("GET", "/galleries", headers: other.headers).status == 401)
        for gone in [other.id, "nonsense"] {
            let answer = try await service.send("DELETE", "/admin/keys/\(gone)", headers: admin.headers)
            #expect(answer.status == 404 && answer.code == "key_not_found")
        }
        #expect(
            try await service.send("DELETE", "/admin/keys/\(admin.id)", headers: admin.headers).status == 204)
        #expect(try await service.get("/galleries").status == 200)
        #expect(try await service.send("GET", "/galleries", peer: .foreign).status == 403)
        await service.close()
    }

    @Test func `keys that another process makes and deletes count after a second`() async throws {
        let clock = ManualClock()
        let service = try await ServiceHarness(clock: clock)
        #expect(try await service.get("/galleries").status == 200)
        let beside = KeyDatabase(path: service.folder.file("arcface.sqlite"))
        let key = try await beside.create(.recognize, name: nil)
        clock.advance(by: .milliseconds(999))
        #expect(try await service.get("/galleries").status == 200)
        clock.advance(by: .milliseconds(1))
        #expect(try await service.get("/galleries").status == 401)
        let headers: HTTPHeaders = [.xApiKey: FieldValue(key.secret.text)!]
        #expect(try await service.send("GET", "/galleries", headers: headers).status == 200)
        try await beside.delete(key.record.id)
        clock.advance(by: .seconds(1))
        #expect(try await service.get("/galleries").status == 200)
        await service.close()
    }

    @Test func `keys in use are told apart from those that nobody needs any more`() async throws {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        _ = try await make("recognize", name: "unused", at: service, with: admin)
        let list = try await service.send("GET", "/admin/keys", headers: admin.headers)
        let keys = try #require(try list.json["keys"]?.arrayValue)
        #expect(keys.map { $0["name"] } == [.string("unused"), .null])
        #expect(keys[0]["last_used_at"] == .null)
        let used = try #require(keys[1]["last_used_at"]?.stringValue)
        #expect(try #require(keys[1]["created_at"]?.stringValue) <= used)
        let stored = KeyDatabase(path: service.folder.file("arcface.sqlite"))
        #expect(try await stored.list().allSatisfy { $0.lastUsedAt == nil })
        await service.close()
        #expect(try await stored.list().map { $0.lastUsedAt != nil } == [false, true])
    }

    @Test func `the use of a key is written down after a while, without another request`() async throws {
        let service = try await ServiceHarness(usesDelay: .zero)
        _ = try await make("admin", at: service, with: try await make("admin", at: service))
        let stored = KeyDatabase(path: service.folder.file("arcface.sqlite"))
        try await until { try await stored.list().contains { $0.lastUsedAt != nil } }
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `uses are written down after a while, also those after a use was written down at once`()
        async throws
    {
        let folder = TemporaryFolder()
        let store = try await GalleryStore.open(path: folder.file("arcface.sqlite"))
        let uses = KeyUses(store: store, delay: .zero, report: { Issue.record($0) })
        for _ in 0..<20 {
            let first = try await store.createKey(.recognize, name: nil).record.id
            let second = try await store.createKey(.recognize, name: nil).record.id
            uses.note(first)
            await uses.write()
            uses.note(second)
            let written = { try await store.keys(.first).items.filter { $0.lastUsedAt != nil }.map(\.id) }
            try await until { try await written().contains(second) }
            #expect(try await written().contains(first))
            for key in [first, second] { try await store.deleteKey(key) }
        }
        await uses.write()
        await store.close()
    }

    @Test func `the log names a key by its id, also where its scope does not do`() async throws {
        let folder = TemporaryFolder()
        let key = try await KeyDatabase(path: folder.file("arcface.sqlite")).create(.recognize, name: nil)
        let lines = LogLines()
        let server = try await FaceServer.start(
            try ServiceHarness.configuration(folder), analyzer: FakeAnalyzer(), logger: lines.logger)
        let port = try #require(server.addresses.first).port
        let answer = try await onOwnThread {
            let client = try RawHTTPClient(port: port)
            return try client.exchange(
                "PUT /galleries/g HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(key.secret.text)\r\nContent-Length: 0\r\n\r\n"
            )
        }
        #expect(answer.status == 403)
        await server.drain()
        #expect(lines.text.contains("\"status\":403") && lines.text.contains("\"key\":\"\(key.record.id)\""))
        #expect(!lines.text.contains(key.secret.text) && !lines.text.contains("no_keys"))
    }

    @Test func `that the last key is gone is told`() async throws {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        #expect(!service.lines.text.contains("no_keys"))
        _ = try await service.send("DELETE", "/admin/keys/\(admin.id)", headers: admin.headers)
        #expect(service.lines.text.contains("no_keys"))
        await service.close()
    }

    @Test func `a list of keys comes in pages`() async throws {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        for number in 1...4 { _ = try await make("enroll", name: "\(number)", at: service, with: admin) }
        var names: [String?] = []
        var cursor = ""
        repeat {
            let answer = try await service.send(
                "GET", "/admin/keys?limit=2\(cursor)", headers: admin.headers)
            names += try #require(try answer.json["keys"]?.arrayValue).map { $0["name"]?.stringValue }
            cursor = try answer.json["next"]?.stringValue.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(names == ["4", "3", "2", "1", nil])
        await service.close()
    }

    @Test(arguments: [
        ("{}", "scope"), ("{\"scope\":\"root\"}", "scope"), ("{\"scope\":1}", "scope"),
        ("{\"scope\":\"admin\",\"name\":\"\"}", "name"), ("{\"scope\":\"admin\",\"name\":\"a\\nb\"}", "name"),
        ("{\"scope\":\"admin\",\"secret\":\"mine\"}", "secret"),
    ])
    func `a key that can't be made is refused with the member's name, and none is made`(
        body: String, member: String
    ) async throws {
        let service = try await ServiceHarness()
        let answer = try await service.post("/admin/keys", json: body)
        #expect(answer.status == 400 && answer.code == "parameter_invalid")
        #expect(answer.text.contains("'\(member)'"), "\(answer.text)")
        #expect(try await service.get("/galleries").status == 200)
        await service.close()
    }

    /// A name that others own matters only where no key is needed.
    @Test func `with a key a request may be addressed to any host, but come from no other site's page`()
        async throws
    {
        let service = try await ServiceHarness()
        let admin = try await make("admin", at: service)
        var headers = admin.headers
        headers[.host] = "faces.company.de"
        #expect(try await service.send("PUT", "/galleries/g", headers: headers, peer: .foreign).status == 201)
        headers[.secFetchSite] = "cross-site"
        #expect(try await service.send("PUT", "/galleries/h", headers: headers, peer: .foreign).status == 403)
        await service.close()
    }
}
