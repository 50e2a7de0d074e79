import Encodings
import FaceService
import Foundation
import Gallery
import HTTP
import HTTPServer
import Locks
import TestKit
import Testing

/// `POST /admin/backup`.
struct BackupTests {
    private func filled(
        _ settings: [String: String] = [:], folder: TemporaryFolder = TemporaryFolder()
    ) async throws -> ServiceHarness {
        let service = try await ServiceHarness(settings: settings, folder: folder)
        _ = try await service.put("/galleries/g")
        try await service.enrol("anna", person: 1, photographs: [0, 1])
        try await service.enrol("bert", person: 2, photographs: [0])
        return service
    }

    private static func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Stops every backup when it has its file and has copied nothing.
    private static func stop(_ service: ServiceHarness, at gate: Gate) {
        service.service.application.backups.report {
            if case .progress(.copying(0, _)) = $0 { try? gate.pass() }
        }
    }

    @Test func `a backup goes to the data folder and is described, logged and measured`() async throws {
        let service = try await filled()
        #expect(try await service.get("/metrics").text.contains("\narcface_backups 0\n"))
        let before = Timestamp.now()
        let answer = try await service.send("POST", "/admin/backup")
        #expect(answer.status == 201, "\(answer.text)")
        let json = try answer.json
        let file = try #require(json["file"]?.stringValue)
        let folder = service.folder.file("backups")
        #expect(json["path"]?.stringValue == folder + "/" + file && Self.names(folder) == [file])
        #expect(json["galleries"] == .integer(1) && json["identities"] == .integer(2))
        #expect(json["faces"] == .integer(3) && json["removed"] == .array([]))
        let size = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)[.size] as? Int
        #expect(json["bytes"]?.integerValue == size && (json["seconds"]?.doubleValue ?? 0) > 0)
        let time = try #require(json["created_at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) })
        #expect(before <= time && time <= Timestamp.now())
        let line = try #require(
            service.lines.text.split(separator: "\n").first { $0.contains("\"backup_written\"") })
        #expect(line.contains("\"file\":\"\(file)\"") && line.contains("\"faces\":3"))
        #expect(!line.contains("anna"))
        let metrics = try await service.get("/metrics").text
        for sample in [
            "arcface_backups 1", "arcface_last_backup_bytes \(size ?? 0)",
            "arcface_last_backup_timestamp_seconds \(time.milliseconds / 1000)",
        ] {
            #expect(metrics.contains("\n\(sample)\n"), "\(sample)")
        }
        await service.close()
    }

    @Test func `an empty object is as good as no body, and what it does not know it refuses`() async throws {
        let service = try await filled()
        #expect(try await service.post("/admin/backup", json: "{}").status == 201)
        for (target, body) in [
            ("/admin/backup", #"{"folder":"/etc"}"#), ("/admin/backup?folder=/etc", "{}"),
            ("/admin/backup?keep=1", ""),
        ] {
            let refused = try await service.post(target, json: body)
            #expect(refused.status == 400 && refused.code == "parameter_invalid")
            #expect(refused.text.contains(target.contains("keep") ? "'keep'" : "'folder'"))
        }
        #expect(try await service.post("/admin/backup", json: "[]").code == "json_invalid")
        #expect(try await service.get("/admin/backup").status == 405)
        #expect(Self.names(service.folder.file("backups")).count == 1)
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `a second one meanwhile is refused, and everything else goes on`() async throws {
        let service = try await filled()
        let gate = Gate()
        Self.stop(service, at: gate)
        let first = Task { try await service.send("POST", "/admin/backup") }
        try await gate.waitForArrivals(1)
        let second = try await service.send("POST", "/admin/backup")
        #expect(second.status == 409 && second.code == "backup_running", "\(second.text)")
        try await service.enrol("carl", person: 3, photographs: [0])
        let found = try await service.post("/identify?gallery=g", image: FakeImage.png(person: 3))
        #expect(found.text.contains("carl"))
        gate.open()
        #expect(try await first.value.status == 201)
        #expect(try await service.send("POST", "/admin/backup").status == 201)
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `one that another process makes counts as one under way`() async throws {
        let service = try await filled()
        let folder = service.folder.file("backups")
        let gate = Gate()
        let command = Task {
            try await service.service.application.configuration.backup(to: folder).run {
                if case .checking = $0 { try? gate.pass() }
            }
        }
        try await gate.waitForArrivals(1)
        let refused = try await service.send("POST", "/admin/backup")
        #expect(refused.status == 409 && refused.code == "backup_running")
        #expect(refused.text.contains(folder) && refused.text.contains("process \(getpid())"))
        gate.open()
        _ = try await command.value
        #expect(try await service.get("/metrics").text.contains("\narcface_backups 1\n"))
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `it goes on without its client`() async throws {
        let service = try await filled()
        let (gate, written) = (Gate(), Gate())
        written.open()
        service.service.application.backups.report {
            switch $0 {
            case .progress(.copying(0, _)): try? gate.pass()
            case .written: try? written.pass()
            default: break
            }
        }
        let request = Task { try await service.send("POST", "/admin/backup") }
        try await gate.waitForArrivals(1)
        request.cancel()
        gate.open()
        try await written.waitForArrivals(1)
        #expect(Self.names(service.folder.file("backups")).filter { $0.hasSuffix(".sqlite") }.count == 1)
        await service.close()
    }

    @Test(.timeLimit(.minutes(HangGuard.testMinutes)))
    func `the end of the service gives it up, and nothing of it is left`() async throws {
        let service = try await filled()
        let gate = Gate()
        Self.stop(service, at: gate)
        let request = Task { try await service.send("POST", "/admin/backup") }
        try await gate.waitForArrivals(1)
        let end = Task { await service.close() }
        // From then on it has been told.
        try await until { try await service.send("POST", "/admin/backup").code == "unavailable" }
        gate.open()
        let answer = try await request.value
        #expect(answer.status == 503 && answer.code == "unavailable", "\(answer.text)")
        await end.value
        #expect(Self.names(service.folder.file("backups")) == [])
        #expect(Self.names(service.folder.path).contains("arcface.sqlite-wal") == false)
    }

    @Test func `the folder and how many stay in it come from the configuration`() async throws {
        let folder = TemporaryFolder()
        let service = try await filled(
            ["backup.folder": folder.file("elsewhere"), "backup.keep": "2"], folder: folder)
        var names: [String] = []
        for _ in 0..<4 {
            let json = try await service.send("POST", "/admin/backup").json
            names.append(try #require(json["file"]?.stringValue))
            let removed = names.count > 2 ? [JSONValue.string(names[names.count - 3])] : []
            #expect(json["removed"] == .array(removed))
        }
        #expect(Self.names(folder.file("elsewhere")) == names.suffix(2).sorted())
        #expect(!FileManager.default.fileExists(atPath: folder.file("backups")))
        await service.close()
    }

    @Test func `a folder that can't be used is named in the answer and in the log`() async throws {
        let folder = TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let service = try await filled(["backup.folder": folder.file("file")], folder: folder)
        let answer = try await service.send("POST", "/admin/backup")
        #expect(answer.status == 500 && answer.code == "backup_failed")
        #expect(answer.text.contains(folder.file("file")) && answer.text.contains("Not a directory"))
        #expect(service.lines.text.contains("\"level\":\"error\",\"event\":\"backup_failed\""))
        await service.close()
    }

    @Test func `a full disk answers 507 and names the folder`() {
        let problem = ProblemMapping.problem(
            for: GalleryError.backupRefused(folder: "/var/backups", .full))
        #expect(problem.code == .storageFull && problem.code.status == 507)
        #expect(problem.detail.contains("/var/backups"))
    }

    @Test func `a backup that is put in the database's place is served as it was then`() async throws {
        let folder = TemporaryFolder()
        let service = try await filled(folder: folder)
        let file = try #require(
            try await service.send("POST", "/admin/backup").json["path"]?.stringValue)
        _ = try await service.send("DELETE", "/galleries/g/identities/anna")
        try await service.enrol("carl", person: 3, photographs: [0])
        await service.close()
        let database = folder.file("arcface.sqlite")
        try FileManager.default.removeItem(atPath: database)
        try FileManager.default.copyItem(atPath: file, toPath: database)
        let again = try await ServiceHarness(folder: folder)
        for (person, name) in [(UInt8(1), "anna"), (2, "bert"), (3, "")] {
            let faces = try await again.post("/identify?gallery=g", image: FakeImage.png(person: person))
                .json["faces"]?.arrayValue
            let matches = faces?.first?["matches"]?.arrayValue ?? []
            #expect(matches.first?["identity"]?.stringValue ?? "" == name)
        }
        #expect(try await again.service.application.store.check().problems == [])
        #expect(try await again.send("POST", "/admin/backup").status == 201)
        await again.close()
    }
}
