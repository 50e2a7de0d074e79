import Gallery
import TestKit
import Testing

struct KeyCommandTests {
    private let folder = TemporaryFolder()

    private func run(_ words: String...) async -> (status: Int32, console: RecordedConsole) {
        let console = RecordedConsole()
        return (await console.run(["key"] + words + ["--data", folder.path]), console)
    }

    @Test func `create prints the secret alone, list all but the secret, delete takes the key back`()
        async throws
    {
        let (status, made) = await run("create", "--scope", "enroll", "--name", "the shop")
        #expect(status == 0)
        #expect(made.output.wholeMatch(of: /arcface_[A-Za-z0-9_-]{43}\n/) != nil, "\(made.output)")
        #expect(made.errors.contains("made the database \(folder.path)/arcface.sqlite"))
        let (_, second) = await run("create", "--scope", "admin", "--json")
        #expect(second.errors == "")
        let object = try #require(second.objects.first)
        #expect(
            object["scope"] as? String == "admin" && (object["key"] as? String)?.hasPrefix("arcface_") == true
        )
        let (_, list) = await run("list")
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[1].contains("enroll") && lines[1].hasSuffix("never used  the shop"))
        #expect(!list.output.contains("arcface_"))
        let id = try #require(object["id"] as? String)
        #expect(await run("delete", id).status == 0)
        let (again, told) = await run("delete", id)
        #expect(again == 1 && told.errors.contains("there is no key \(id)"))
        let (_, rest) = await run("list", "--json")
        #expect(rest.objects.map { $0["name"] as? String } == ["the shop"])
    }

    @Test(arguments: [
        (["create"], "--scope"),
        (["create", "--scope", "root"], "'root' is none of recognize, enroll, admin"),
        (["create", "--scope", "admin", "--name", ""], "--name"),
        (["create", "x", "--scope", "admin"], "'x'"),
        (["list", "--scope", "admin"], "--scope"), (["list", "x"], "'x'"), (["delete"], "ID"),
        (["delete", "x", "--name", "n"], "--name"), (["make"], "'make' is not known"),
    ])
    func `words that mean nothing are a usage error that names them`(words: [String], told: String) async {
        let console = RecordedConsole()
        #expect(await console.run(["key"] + words + ["--data", folder.path]) == 2)
        #expect(console.errors.contains(told), "\(console.errors)")
    }
}
