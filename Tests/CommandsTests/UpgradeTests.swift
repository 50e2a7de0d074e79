import Foundation
import TestKit
import Testing

/// Commands on databases of older versions, and on such as can't be written.
struct UpgradeTests {
    private let gallery: TinyGallery

    init() async throws {
        gallery = try TinyGallery()
        try gallery.photograph("ada/0.png", red: 40)
        #expect(await gallery.enrol().status == 0)
    }

    @Test(arguments: [["check"], ["purify", "--gallery", "g"]])
    func `a command that brings the database up to date says so, once`(words: [String]) async throws {
        try gallery.execute(
            "ALTER TABLE identities DROP COLUMN named_at; DELETE FROM migrations WHERE number = 11")
        for isFirst in [true, false] {
            let console = RecordedConsole()
            #expect(await console.run(words + gallery.settings) == 0, "\(console.errors)")
            #expect(console.errors.contains("upgraded the database from step 10 to 11") == isFirst)
        }
    }

    @Test func `key says so too, and the making of a database is no upgrade`() async throws {
        try gallery.execute(
            "ALTER TABLE identities DROP COLUMN named_at; DELETE FROM migrations WHERE number = 11")
        let data = gallery.folder.file("data")
        let (status, console) = await arcface("key", "list", "--data", data)
        #expect(status == 0 && console.errors.contains("upgraded the database from step 10 to 11"))
        let fresh = await arcface("key", "create", "--scope", "admin", "--data", gallery.folder.file("new"))
        #expect(fresh.status == 0 && !fresh.console.errors.contains("upgraded"))
    }

    /// A trigger stands for the full disk: no job can be noted as over.
    @Test(.timeLimit(.minutes(HangGuard.testMinutes)), arguments: ["purify", "calibrate"])
    func `a job whose end can't be written ends the command with a sentence`(command: String) async throws {
        try gallery.execute(
            """
            CREATE TRIGGER full BEFORE UPDATE OF state ON jobs WHEN NEW.state IN ('succeeded', 'failed', 'cancelled')
            BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
            """)
        let (status, console) = await gallery.run(command, "--gallery", "g", "--json")
        #expect(status == 1)
        #expect(console.errors.contains("its end can't be written: "), "\(console.errors)")
        #expect(console.errors.contains("the disk is full"), "\(console.errors)")
        #expect((console.objects.first?["detail"] as? String)?.contains("changed nothing") == true)
        // What stood in the way is gone: the next command notes the end and goes on.
        try gallery.execute("DROP TRIGGER full")
        #expect(await gallery.run("purify", "--gallery", "g").status == 0)
    }

    @Test func `a purification that failed says why on standard error`() async throws {
        try gallery.execute(
            """
            CREATE TRIGGER full BEFORE UPDATE OF state ON jobs WHEN NEW.state = 'succeeded'
            BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
            """)
        let (status, console) = await gallery.run("purify", "--gallery", "g")
        #expect(status == 1 && console.output == "", "\(console.output)")
        #expect(console.errors.contains("failed: "), "\(console.errors)")
    }
}
