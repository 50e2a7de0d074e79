import Testing

/// `arcface calibrate --clear`.
struct CalibrateClearTests {
    @Test(arguments: [
        ["--plot", "scores.svg"], ["--seed", "3"], ["--apply", "1e-3"],
    ])
    func `calibrate refuses with clear what it would not do`(option: [String]) async {
        let console = RecordedConsole()
        #expect(await console.run(["calibrate", "--gallery", "g", "--clear"] + option) == 2)
        #expect(console.errors.contains("option \(option[0]) does not go with --clear"))
    }

    @Test func `calibrate clear answers an object where JSON is asked for`() async throws {
        let gallery = try TinyGallery()
        try gallery.photograph("ada/0.png", red: 40)
        _ = await gallery.enrol()
        let (status, console) = await gallery.run("calibrate", "--gallery", "g", "--clear", "--json")
        #expect(status == 0 && console.objects.first?["gallery"] as? String == "g", "\(console.errors)")
        #expect(console.objects.first?["cleared"] as? Bool == true)
    }
}
