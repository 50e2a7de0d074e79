/// Reads a pairs file line by line, so that each error knows where it stands.
struct PairsParser {
    private let lines: [Substring]
    private let name: String
    /// From 1, as editors count.
    private var line = 0

    /// Pairs in a whole file: LFW has 6,000.
    private static let pairLimit = 10_000_000

    init(text: String, name: String) {
        // A carriage return before a line feed is one Character with it, hence `isNewline`.
        lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        self.name = name
    }

    mutating func parse() throws(PairsFileError) -> (pairs: [FacePair], foldCount: Int) {
        let (folds, perFold) = try header()
        var pairs: [FacePair] = []
        while let columns = try nextColumns() {
            guard pairs.count < folds * perFold else {
                throw fail("more pairs than the \(folds * perFold) that the header announces")
            }
            pairs.append(try pair(columns, fold: pairs.count / perFold))
        }
        guard pairs.count == folds * perFold else {
            throw fail("the file ends after \(pairs.count) pairs, its header announces \(folds * perFold)")
        }
        return (pairs, folds)
    }

    /// `N` or `FOLDS N`; N is half a fold.
    private mutating func header() throws(PairsFileError) -> (folds: Int, perFold: Int) {
        guard let columns = try nextColumns() else { throw fail("the file is empty") }
        guard columns.count <= 2 else {
            throw fail("the header has \(columns.count) columns instead of one or two")
        }
        let half = try number(columns[columns.count - 1], "a count of pairs")
        let folds = columns.count == 2 ? try number(columns[0], "a count of folds") : 1
        let (total, overflow) = folds.multipliedReportingOverflow(by: half)
        guard !overflow, total <= Self.pairLimit / 2 else {
            throw fail("the header announces too many pairs")
        }
        return (folds, 2 * half)
    }

    private func pair(_ columns: [Substring], fold: Int) throws(PairsFileError) -> FacePair {
        guard columns.count == 3 || columns.count == 4 else {
            throw fail("\(columns.count) tab-separated columns instead of three or four")
        }
        let same = columns.count == 3
        let first = try image(columns[0], columns[1])
        let second = try image(columns[same ? 0 : 2], columns[same ? 2 : 3])
        // By bytes, as folders are told apart: `String` takes different spellings of one character for equal.
        guard same || !first.person.utf8.elementsEqual(second.person.utf8) else {
            throw fail("a pair of different people names one person twice")
        }
        return FacePair(first: first, second: second, same: same, fold: fold)
    }

    private func image(_ person: Substring, _ digits: Substring) throws(PairsFileError) -> PairImage {
        guard !person.isEmpty, person != ".", person != "..",
            !person.contains(where: { $0 == "/" || $0 == "\0" })
        else { throw fail("a name that can't be a folder's") }
        return PairImage(person: String(person), number: try number(digits, "the number of a photograph"))
    }

    private func number(_ text: Substring, _ what: String) throws(PairsFileError) -> Int {
        guard let number = Int(text), number >= 1 else { throw fail("\(what) is not a number from 1") }
        return number
    }

    /// The columns of the next line; nil at the end of the file. An empty line may stand at the end only.
    private mutating func nextColumns() throws(PairsFileError) -> [Substring]? {
        guard line < lines.count else { return nil }
        line += 1
        let text = lines[line - 1]
        if text.isEmpty {
            guard lines[line...].allSatisfy(\.isEmpty) else { throw fail("an empty line") }
            line -= 1
            return nil
        }
        return text.split(separator: "\t", omittingEmptySubsequences: false)
    }

    private func fail(_ reason: String) -> PairsFileError {
        .malformed(file: name, line: max(line, 1), reason: reason)
    }
}
