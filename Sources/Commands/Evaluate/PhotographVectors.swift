/// The embeddings of photographs by the bytes of their paths: `String` takes different spellings of one
/// character for equal, folders don't.
struct PhotographVectors {
    private let byPath: [[UInt8]: [Float]?]

    /// - Parameters:
    ///   - files: each once.
    ///   - vectors: one a file, nil where no face was found.
    init(_ files: [String], _ vectors: [[Float]?]) {
        byPath = Dictionary(uniqueKeysWithValues: zip(files.map { Array($0.utf8) }, vectors))
    }

    /// Nil where no face was found.
    subscript(file: String) -> [Float]? { byPath[Array(file.utf8)] ?? nil }

    /// `files` without those that come again, in the order of their bytes.
    static func distinct(_ files: [String]) -> [String] {
        var seen = Set<[UInt8]>(minimumCapacity: files.count)
        return files.filter { seen.insert(Array($0.utf8)).inserted }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
