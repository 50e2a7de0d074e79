/// A line of a pairs file.
package struct FacePair: Sendable, Equatable {
    package let first: PairImage
    package let second: PairImage
    package let same: Bool
    /// Which fold the pair belongs to, from 0; always 0 in a file without folds.
    package let fold: Int
}
