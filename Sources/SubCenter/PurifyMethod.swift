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

    /// The parameters that are for this method alone or some of them, by their names in the HTTP interface.
    package var parameters: Set<String> {
        switch self {
        case .paper: ["sub_centers", "threshold_degrees"]
        case .kmeans, .trained: ["sub_centers", "threshold_degrees", "merge_degrees"]
        case .evidence: []
        }
    }
}
