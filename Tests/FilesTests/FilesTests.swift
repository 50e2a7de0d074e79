import Files
import Foundation
import TestKit
import Testing

struct FilesTests {
    private let folder = TemporaryFolder()

    private func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = folder.file(name)
        try WholeFile.write(bytes, to: path)
        return path
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func `a file is read as it was written`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try WholeFile.read(write(bytes, to: "a")) == bytes)
    }

    @Test(arguments: [(0, 1), (9, 10), (10, 10), (11, 10), (65_536, 65_537)])
    func `of a long file no more is read than a byte over the limit`(limit: Int, expected: Int) throws {
        let path = try write([UInt8](repeating: 7, count: limit == 65_536 ? 300_000 : 10), to: "a")
        #expect(try WholeFile.read(path, limit: limit).count == expected)
    }

    @Test func `a file of no size to ask for is read`() throws {
        #expect(try String(decoding: WholeFile.read("/proc/self/status"), as: UTF8.self).hasPrefix("Name:"))
    }

    @Test func `writing replaces what was there and follows no link`() throws {
        let path = try write([1, 2, 3], to: "a")
        #expect(try WholeFile.read(write([4], to: "a")) == [4])
        let link = folder.file("link")
        #expect(symlink(path, link) == 0)
        #expect(throws: FileError(path: link, number: ELOOP)) { try WholeFile.write([5], to: link) }
        #expect(try WholeFile.read(path) == [4])
    }

    @Test func `an error names the file and the number`() {
        let path = folder.file("absent")
        let error = FileError(path: path, number: ENOENT)
        #expect(throws: error) { try WholeFile.read(path) }
        #expect(error.isAbsence && error.description == "\(path): No such file or directory")
        #expect(throws: FileError(path: folder.path, number: EISDIR)) { try WholeFile.read(folder.path) }
    }

    @Test func `pieces come one after another, and bytes go where they are told`() throws {
        let path = try write([UInt8](repeating: 1, count: 1 << 20) + [2, 3], to: "a")
        let file = try OpenFile(path, O_RDWR)
        #expect(try file.nextPiece()?.count == 1 << 20)
        #expect(try file.nextPiece() == [2, 3])
        #expect(try file.nextPiece() == nil)
        try file.write([9, 9], at: 1)
        #expect(try WholeFile.read(path, limit: 3) == [1, 9, 9, 1])
    }

    @Test func `a full device is an error`() throws {
        let file = try OpenFile("/dev/full", O_WRONLY)
        #expect(throws: FileError(path: "/dev/full", number: ENOSPC)) { try file.write([1]) }
    }

    @Test func `folders are made with those above them, and again`() throws {
        let path = folder.file("a/b/c")
        for isSynced in [true, false] { try Folder.make(path, isSynced: isSynced) }
        #expect(try FileStatus(path).isFolder)
        _ = try write([], to: "file")
        for name in ["file", "file/a"] {
            let error = #expect(throws: FileError.self) { try Folder.make(folder.file(name)) }
            #expect(error?.number == ENOTDIR)
        }
        #expect(Set(Folder.names(in: folder.path)) == [".", "..", "a", "file"])
    }

    @Test func `a file is one whatever it is called, a link another where it is not followed`() throws {
        let path = try write([1, 2], to: "a")
        let link = folder.file("link")
        #expect(symlink("a", link) == 0)
        let (file, followed) = (try FileStatus(path), try FileStatus(link))
        #expect(file.isFile && file.size == 2 && file.identity == followed.identity)
        let itself = try FileStatus(link, followsLinks: false)
        #expect(!itself.isFile && itself.identity != file.identity)
        #expect(FilePath.followed(link) == path)
    }
}
