import Foundation
import Gallery

/// A folder of folders, one an identity, as datasets and most people keep photographs.
struct PersonFolders {
    /// One identity and its image files, sorted.
    struct Person {
        let identity: IdentityName
        let files: [String]
    }

    let people: [Person]

    /// Lists `path`; hidden files are passed over, and so are plain files beside the folders.
    ///
    /// - Throws: `CommandFailure` when the folder cannot be read, holds no folder, or a folder's name is no
    ///   identity's.
    init(at path: String) throws {
        people = try Self.visible(path).compactMap { name in
            let folder = path + "/" + name
            guard Self.isFolder(folder) else { return nil }
            let files = try Self.visible(folder).map { folder + "/" + $0 }.filter { !Self.isFolder($0) }
            return Person(identity: try IdentityName(name), files: files)
        }
        if people.isEmpty {
            throw CommandFailure("\(path) has no folders; there should be one for each identity")
        }
    }

    private static func visible(_ path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
                .sorted()
        } catch {
            throw CommandFailure("\(path) cannot be listed: \(error.localizedDescription)")
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
