/// LFW's lists of pairs: `pairs.txt` (`FOLDS N`, then for each fold N same and N different pairs) and
/// `pairsDevTrain.txt` (`N`, then N same and N different pairs). Columns are separated by tabs: `name i j` is
/// two photographs of one person, `name i name j` of two. See vis-www.cs.umass.edu/lfw/README.txt.
package struct PairsFile: Sendable {
    /// In the file's order.
    package let pairs: [FacePair]
    /// 1 in a file without folds.
    package let foldCount: Int

    /// Whether the file divides its pairs for the k-fold protocol.
    package var hasFolds: Bool { foldCount > 1 }

    /// Reads the file at `path`.
    package init(at path: String) throws(PairsFileError) { fatalError("written next") }

    /// Reads `text`; `name` stands in errors.
    package init(text: String, name: String) throws(PairsFileError) { fatalError("written next") }
}
