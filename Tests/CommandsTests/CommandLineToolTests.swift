import Commands
import Foundation
import TestKit
import Testing

@Test func `without a command the list of commands is shown and the status is 2`() async {
    let (status, console) = await arcface()
    #expect(status == 2)
    for command in CommandLineTool.commands { #expect(console.errors.contains(command.name)) }
}

@Test func `an unknown command is named and the status is 2`() async {
    let (status, console) = await arcface("frobnicate")
    #expect(status == 2)
    #expect(console.errors.contains("unknown command 'frobnicate'"))
}

@Test func `help explains every option of every command`() async {
    for command in CommandLineTool.commands {
        let (status, console) = await arcface("help", command.name)
        #expect(status == 0)
        for option in command.options { #expect(console.output.contains(option.name), "\(command.name)") }
        let (_, asked) = await arcface(command.name, "--help")
        #expect(asked.output == console.output)
    }
}

@Test func `every command refuses an option it does not have with status 2`() async {
    for command in CommandLineTool.commands {
        let (status, console) = await arcface(command.name, "--no-such-option")
        #expect(status == 2)
        #expect(console.errors.contains("unknown option --no-such-option"))
    }
}

@Test func `the version is one line`() async {
    let (status, console) = await arcface("--version")
    #expect(status == 0)
    #expect(console.output.hasPrefix("arcface ") && console.output.hasSuffix("\n"))
}

@Test func `the version is one object where JSON is asked for`() async {
    let (status, console) = await arcface("version", "--json")
    #expect(status == 0 && console.objects.count == 1)
    #expect((console.objects.first?["version"] as? String)?.isEmpty == false)
}

@Test func `a full disk is told, not trapped on`() throws {
    let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    #expect(StandardStream.write("text", to: full.fileDescriptor) == "No space left on device")
    let pipe = Pipe()
    #expect(StandardStream.write("text", to: pipe.fileHandleForWriting.fileDescriptor) == nil)
    #expect(pipe.fileHandleForReading.readData(ofLength: 4) == Data("text".utf8))
}

@Test(arguments: [
    (["identify", "a.jpg"], "option --gallery is required"),
    (["enroll", "--gallery", "g"], "missing argument: DIR"),
    (["verify", "one.jpg"], "missing argument: IMAGE IMAGE"),
    (["enroll", "--gallery", "g", "--select", "smallest", "."], "--select 'smallest' is not known"),
    (
        ["enroll", "--gallery", "g", "--on-conflict", "move", "."],
        "--on-conflict 'move' is not known; there is reject"
    ),
    (
        ["enroll", "--gallery", "g", "--max-yaw", "200", "."],
        "--max-yaw '200' is not a number from 0.0 to 180.0"
    ),
    (["enroll", "--gallery", "g", "--min-sharpness", "much", "."], "--min-sharpness 'much' is not a number"),
    (["calibrate"], "option --gallery is required"),
    (["calibrate", "--gallery", "g", "--apply", "2"], "--apply '2' is not a number from 1e-09 to 0.5"),
    (["evaluate", "--images", "."], "option --pairs or --open-set is required"),
    (["evaluate", "--images", ".", "--open-set", "--plot", "roc.svg"], "--plot needs --pairs"),
    (["bench", "search", "--shape", "1x3"], "option --shape does not go with `bench search`"),
    (["bench", "purify", "--count", "3"], "option --count does not go with `bench purify`"),
    (["bench", "purify"], "needs either --images or --embeddings"),
    (["bench", "purify", "--half", "better"], "--half 'better' is not known"),
    (
        ["purify", "--gallery", "g", "--method", "magic"],
        "--method 'magic' is not known; there are paper, kmeans"
    ),
    (["bench", "m.onnx", "--precision", "int3"], "--precision 'int3' is not known"),
    (["models", "frob"], "'frob' is not known"),
    (["restore"], "missing argument: FILE"),
    (["models", "info"], "missing argument: FILE"),
    (["models", "prior"], "missing argument: FOLDER"),
    (["models", "prior", "."], "option --output is required for the built-in recogniser"),
    (["models", "prior", ".", "--faces", "3"], "--faces '3' is not a whole number from 10 to 100000"),
    (["models", "list", "--faces", "30"], "option --faces does not go with `models list`"),
    (["models", "info", "x", "--recognizer", "y"], "option --recognizer does not go with `models info`"),
    (["invert"], "one of --embedding, --identity and --image is required"),
    (["invert", "--gallery", "g"], "one of --embedding, --identity and --image is required"),
    (["invert", "--embedding", "e", "--image", "p"], "--embedding and --image do not go together"),
    (["invert", "--identity", "i", "--output", "o"], "option --gallery is required"),
    (["invert", "--gallery", "a b", "--identity", "i"], "--gallery: this can't be the name of a gallery"),
    (["invert", "--gallery", "g", "--identity", "", "--output", "o"], "--identity: "),
    (["invert", "--gallery", "g", "--embedding", "e"], "option --gallery needs --identity"),
    (["invert", "--aligned", "--embedding", "e"], "option --aligned needs --image"),
    (["invert", "--embedding", "e"], "option --output is required"),
    (
        ["invert", "--embedding", "e", "--output", "o", "--iterations", "0"],
        "--iterations '0' is not a whole number from 1 to 100000"
    ),
    (["invert", "--embedding", "e", "--output", "o", "--seed", "-1"], "--seed '-1' is not a whole number"),
    (["invert", "--embedding", "e", "--output", "o", "--norm", "0"], "--norm '0' is not a number from"),
    (["run", "m.onnx", "--shape", "x=1", "--shape", "x=2"], "--shape x is given twice"),
    (["run", "m.onnx", "--input", "nothing"], "should read NAME=VALUE"),
    (["detect", "--min-score", "2", "a.jpg"], "--min-score '2' is not a number from 0.0 to 1.0"),
    (["serve", "--port", "65536"], "--port: 65536 is not a whole number from 0 to 65535"),
    (["serve", "--detector-size", "65"], "--detector-size: 65 is not a multiple of 32"),
    (["purify", "--gallery", "g", "--sub-centers", "64"], "--sub-centers"),
    (
        ["purify", "--gallery", "g", "--threshold-degrees", "0"],
        "--threshold-degrees is 0.0, allowed is over 0"
    ),
    (
        ["purify", "--gallery", "g", "--method", "evidence", "--merge-degrees", "50"],
        "--merge-degrees means nothing to the method evidence"
    ),
    (
        ["purify", "--gallery", "g", "--method", "paper", "--merge-degrees", "50"],
        "--merge-degrees means nothing to the method paper"
    ),
    (["purify", "--gallery", "a b"], "--gallery: this can't be the name of a gallery"),
])
func `a wrong command line is refused by name with status 2`(words: [String], message: String) async {
    let console = RecordedConsole()
    #expect(await console.run(words) == 2)
    #expect(console.errors.contains(message), "\(console.errors)")
}

@Test func `the built-in and the known models are listed with licence and digest`() async {
    let (status, console) = await arcface("models", "list", "--json")
    #expect(status == 0)
    #expect(console.objects.count >= 10)
    #expect(console.objects.prefix(2).allSatisfy { $0["built_in"] as? Bool == true })
    for row in console.objects {
        #expect((row["sha256"] as? String)?.count == 64)
        #expect((row["licence"] as? String)?.isEmpty == false)
    }
}

@Test func `the search benchmark finds what a full scan finds`() async {
    let (status, console) = await arcface(
        "bench", "search", "--count", "2000", "--dimension", "32", "--seconds", "0.05", "--json")
    #expect(status == 0)
    #expect(console.objects.first?["recall_at_1"] as? Double == 1)
    #expect(console.objects.first?["exact"] as? Bool == true)
}
