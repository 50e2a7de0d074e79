import Encodings
import FaceService
import HTTP
import TestKit
import Testing

struct RouterTests {
    @Test func `an unknown path is 404, a wrong method 405 with Allow`() async throws {
        let service = try await ServiceHarness()
        let nothing = try await service.get("/nothing")
        #expect(nothing.status == 404 && nothing.code == "not_found")
        let wrong = try await service.send("DELETE", "/healthz")
        #expect(wrong.status == 405 && wrong.code == "method_not_allowed")
        #expect(wrong.headers.text(.allow) == "GET, HEAD, OPTIONS")
        let options = try await service.send("OPTIONS", "/galleries/g")
        #expect(options.status == 204 && options.headers.text(.allow) == "DELETE, GET, HEAD, OPTIONS, PUT")
        await service.close()
    }

    @Test func `HEAD is answered by the route of GET and a slash at the end is ignored`() async throws {
        let service = try await ServiceHarness()
        #expect(try await service.send("HEAD", "/healthz").status == 200)
        #expect(try await service.get("/healthz/").status == 200)
        #expect(try await service.get("/healthz//").status == 404)
        #expect(try await service.get("//healthz").status == 404)
        await service.close()
    }

    @Test func `every answer carries the timing of its stages`() async throws {
        let service = try await ServiceHarness()
        let good = try await service.post("/embed", image: FakeImage.png())
        let timing = try #require(good.headers.text(.serverTiming))
        for stage in ["read", "decode", "detect", "embed", "queue", "total"] {
            #expect(timing.contains("\(stage);dur="), "\(timing)")
        }
        for answer in [good, try await service.get("/nothing"), try await service.send("OPTIONS", "/detect")]
        {
            #expect(answer.headers.text(.serverTiming)?.contains("total;dur=") == true)
        }
        await service.close()
    }

    @Test func `without keys only loopback is answered, but health to all`() async throws {
        let service = try await ServiceHarness()
        let refused = try await service.send("GET", "/galleries", peer: .foreign)
        #expect(refused.status == 403 && refused.code == "forbidden")
        #expect(try await service.send("GET", "/healthz", peer: .foreign).status == 200)
        #expect(try await service.send("GET", "/readyz", peer: .foreign).status != 403)
        await service.close()
    }

    /// As curl and browsers send `/galleries/g/identities/..`.
    @Test func `a gallery with a slash behind its name is nothing, so that dots never delete it`()
        async throws
    {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        for method in ["DELETE", "PUT", "GET"] {
            #expect(try await service.send(method, "/galleries/g/").status == 404)
        }
        #expect(try await service.get("/galleries/g").status == 200)
        #expect(try await service.get("/galleries/").status == 200)
        await service.close()
    }

    @Test func `web pages of other sites change nothing`() async throws {
        let service = try await ServiceHarness()
        func put(_ headers: HTTPHeaders) async throws -> Int {
            try await service.send("PUT", "/galleries/g", headers: headers).status
        }
        let own: HTTPHeaders = ["Host": "127.0.0.1:8080"]
        for (name, value, isTaken) in [
            ("Sec-Fetch-Site", "cross-site", false), ("Sec-Fetch-Site", "same-origin", true),
            ("Sec-Fetch-Site", "none", true), ("Origin", "https://evil.example", false),
            ("Origin", "null", false),
            ("Origin", "http://127.0.0.1:9000", false), ("Origin", "http://127.0.0.1:8080", true),
        ] {
            var headers = own
            headers[FieldName(name)!] = FieldValue(value)
            let status = try await put(headers)
            #expect(isTaken ? status < 300 : status == 403, "\(name): \(value)")
            #expect(try await service.send("GET", "/galleries", headers: headers).status == 200)
        }
        #expect(try await put(own) < 300)
        await service.close()
    }

    /// A page at a name that its owner points to 127.0.0.1 is of one origin with what answers there.
    @Test func `requests to names that anybody can own are refused, unless the operator has named them`()
        async throws
    {
        let service = try await ServiceHarness(
            settings: ["server.allowed_hosts": "faces.company.net, Other.Company.net."])
        func status(_ host: String, _ path: String = "/galleries") async throws -> Int {
            try await service.send("GET", path, headers: ["Host": FieldValue(host)!]).status
        }
        for host in [
            "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "10.1.2.3", "localhost", "LOCALHOST:1", "localhost.",
            "a.localhost", "arcface", "arcface:80", "", "nas.local", "faces.internal", "faces.home.arpa",
            "www.example.com", "localhost.localdomain", "faces.company.net", "FACES.company.NET:8443",
            "faces.company.net.", "other.company.net",
        ] {
            #expect(try await status(host) == 200, "\(host)")
        }
        for host in [
            "evil.net", "evil.net:8080", "127.0.0.1.evil.net", "localhost.evil.net", "notexample.com",
            "company.net", "a.faces.company.net", "1.evil", "evil.net.", "evil%2enet", "evil.net..",
        ] {
            let answer = try await service.send("GET", "/galleries", headers: ["Host": FieldValue(host)!])
            #expect(answer.status == 403 && answer.code == "forbidden", "\(host)")
            #expect(answer.text.contains("server.allowed_hosts"))
            #expect(try await status(host, "/healthz") == 200)
        }
        await service.close()
        let open = try await ServiceHarness(settings: ["server.allowed_hosts": "*"])
        #expect(try await open.send("GET", "/galleries", headers: ["Host": "evil.net"]).status == 200)
        await open.close()
    }

    @Test func `identities of any printable bytes go through the path`() async throws {
        let service = try await ServiceHarness()
        _ = try await service.put("/galleries/g")
        let names = [
            ("a%2Fb", "a/b"), ("J%C3%BCrgen%20%F0%9F%98%80", "Jürgen 😀"), ("100%25", "100%"),
            ("%3Fx=1", "?x=1"),
        ]
        for (path, name) in names {
            let answer = try await service.put("/galleries/g/identities/\(path)")
            #expect(answer.status == 201)
            #expect(try answer.json["identity"] == .string(name))
            #expect(try await service.get("/galleries/g/identities/\(path)").status == 200)
        }
        for path in ["%E2%80%A8", String(repeating: "x", count: 257)] {
            let answer = try await service.put("/galleries/g/identities/\(path)")
            #expect(answer.status == 400 && answer.code == "parameter_invalid", "\(path): \(answer.text)")
        }
        await service.close()
    }

    @Test func `every problem code has a status, a title and a stable name`() {
        for code in ProblemCode.allCases {
            #expect((400..<600).contains(code.status))
            #expect(!code.title.isEmpty)
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
            let json = Problem(code, "why").json(requestID: "r")
            #expect(json["type"] == .string("urn:arcface:problem:\(code.rawValue)"))
            #expect(json["status"] == .integer(code.status))
        }
    }
}
