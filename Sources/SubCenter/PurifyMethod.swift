/// How wrong faces are found. The raw values are those of the HTTP interface.
package enum PurifyMethod: String, Sendable, CaseIterable, Codable {
    /// The sub-center paper's rule as it is: the sub-center with most faces, and an angle.
    case paper
    /// The same with near-duplicates counted once and sub-centers of one person merged before the vote.
    case kmeans
    /// As `kmeans`, with sub-centers trained over the whole gallery by the sub-center ArcFace loss.
    case trained
    /// The likelihood of every face under "this person", "somebody enrolled" and "a stranger", with the
    /// distributions of the gallery's own scores.
    case evidence
}
