import CSQLite
import Foundation
import Imaging
import TestKit
import Testing

/// A folder with networks made for the purpose, photographs of people that they tell apart, and a database to
/// be.
final class TinyGallery: Sendable {
    let folder = TemporaryFolder()

    init() throws {
        try Data(TinyModels.detector()).write(to: URL(fileURLWithPath: folder.file("finder.onnx")))
        try Data(TinyModels.recognizer(seed: 1, dimension: 8)).write(
            to: URL(fileURLWithPath: folder.file("one.onnx")))
    }

    var photos: String { folder.file("photos") }
    var database: String { folder.file("data/arcface.sqlite") }

    /// Runs `arcface` with the networks and the database.
    func run(_ words: String...) async -> (status: Int32, console: RecordedConsole) {
        let console = RecordedConsole()
        return (await console.run(words + settings), console)
    }

    /// The options that name the networks and the database.
    var settings: [String] {
        [
            "--detector", folder.file("finder.onnx"), "--recognizer", folder.file("one.onnx"), "--data",
            folder.file("data"),
        ]
    }

    /// Enrols the photographs into the gallery g.
    func enrol() async -> (status: Int32, console: RecordedConsole) {
        await run("enroll", "--gallery", "g", "--aligned", "--json", photos)
    }

    /// Puts an aligned crop of one colour where `path` says, below the photographs.
    func photograph(_ path: String, red: UInt8, width: Int = 112) throws {
        let file = photos + "/" + path
        try makeFolder(URL(fileURLWithPath: file).deletingLastPathComponent().path)
        let color = PixelColor(red: red, green: 255 - red, blue: red / 2)
        try Data(Image(width: width, height: 112, color: color).png()).write(to: URL(fileURLWithPath: file))
    }

    /// Makes a folder by the bytes of its path.
    func makeFolder(bytes: [UInt8]) throws {
        try #require((bytes + [0]).withUnsafeBufferPointer { mkdir(Self.text($0), 0o755) } == 0)
    }

    /// Puts a file that is no image where the bytes of a path say.
    func makeFile(bytes: [UInt8]) throws {
        let descriptor = (bytes + [0]).withUnsafeBufferPointer { creat(Self.text($0), 0o644) }
        try #require(descriptor >= 0)
        close(descriptor)
    }

    /// Changes the database behind the back of the commands.
    func execute(_ sql: String) throws {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        try #require(sqlite3_open_v2(database, &connection, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        try #require(sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK)
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        UnsafeRawPointer(bytes.baseAddress!).assumingMemoryBound(to: CChar.self)
    }
}
