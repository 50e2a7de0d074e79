import Gallery

/// A folder of folders, one an identity, as datasets and most people keep photographs.
struct PersonFolders {
    /// One identity and its image files, sorted.
    struct Person {
        let identity: IdentityName
        let files: [String]
    }

    let people: [Person]
    /// What lies there and is nobody's image, in the order of the folders.
    let skipped: [SkippedEntry]

    /// Lists `path`; hidden entries are passed over, everything else is a person's or skipped.
    ///
    /// - Throws: `CommandFailure` when the folder cannot be read or holds no folder.
    init(at path: String) throws(CommandFailure) {
        var people: [Person] = []
        var skipped: [SkippedEntry] = []
        for entry in try FolderEntry.visible(in: path) {
            let place = path + "/" + entry.shownName
            guard entry.isFolder else {
                skipped.append(SkippedEntry(place, .looseFile))
                continue
            }
            do {
                people.append(try Self.person(entry, in: path, &skipped))
            } catch {
                skipped.append(SkippedEntry(place, .folder, "\(error)"))
            }
        }
        guard !people.isEmpty || skipped.contains(where: { $0.kind == .folder }) else {
            throw CommandFailure(file: path, "has no folders; there should be one for each identity")
        }
        (self.people, self.skipped) = (people, skipped)
    }

    /// The people, where every folder is one: a measurement of fewer than there seem to be would mislead.
    ///
    /// - Throws: `CommandFailure` that names every folder that is refused.
    func everybody() throws(CommandFailure) -> [Person] {
        let refused = skipped.filter { $0.kind == .folder }
        guard refused.isEmpty else {
            throw CommandFailure(refused.map(\.text).joined(separator: "\n"))
        }
        return people
    }

    private static func person(
        _ folder: FolderEntry, in path: String, _ skipped: inout [SkippedEntry]
    ) throws -> Person {
        guard let name = folder.name else {
            throw CommandFailure("an identity's name has to be UTF-8, this one is not")
        }
        let identity = try IdentityName(name)
        let place = path + "/" + name
        var files: [String] = []
        for entry in try FolderEntry.visible(in: place) {
            if entry.isFolder {
                skipped.append(SkippedEntry(place + "/" + entry.shownName, .nestedFolder))
            } else if let name = entry.name {
                files.append(place + "/" + name)
            } else {
                skipped.append(SkippedEntry(place + "/" + entry.shownName, .fileName))
            }
        }
        return Person(identity: identity, files: files)
    }
}
