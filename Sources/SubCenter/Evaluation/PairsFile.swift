import Foundation

/// LFW's lists of pairs: `pairs.txt` (`FOLDS N`, then N same and N different pairs for each fold) and
/// `pairsDevTrain.txt` (`N`, then N same and N different pairs). Columns are separated by tabs: `name i j` is
/// two photographs of one person, `name i name j` of two. See vis-www.cs.umass.edu/lfw/README.txt.
package struct PairsFile: Sendable {
    /// In the file's order.
    package let pairs: [FacePair]
    /// 1 in a file without folds.
    package let foldCount: Int

    /// Whether the file divides its pairs for the k-fold protocol.
    package var hasFolds: Bool { foldCount > 1 }

    /// Reads the file at `path`, of at most 256 MiB.
    package init(at path: String) throws(PairsFileError) {
        try self.init(text: Self.read(path), name: path)
    }

    /// Reads `text`; `name` stands in errors.
    package init(text: String, name: String) throws(PairsFileError) {
        var parser = PairsParser(text: text, name: name)
        (pairs, foldCount) = try parser.parse()
    }

    private static let byteLimit = 256 << 20

    private static func read(_ path: String) throws(PairsFileError) -> String {
        do {
            // Not by its size, which a pipe has none of.
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let data = try file.read(upToCount: byteLimit + 1) ?? Data()
            guard data.count <= byteLimit else {
                throw PairsFileError.unreadable(file: path, reason: "is too large")
            }
            guard let text = String(bytes: data, encoding: .utf8)
            else {
                throw PairsFileError.unreadable(file: path, reason: "is not UTF-8")
            }
            return text
        } catch let error as PairsFileError {
            throw error
        } catch {
            throw .unreadable(file: path, reason: error.localizedDescription)
        }
    }
}
