/// The whole answer of `arcface evaluate`; pairs and open set stand in it as far as they were asked for.
package struct EvaluationReport: Encodable, Sendable {
    /// The members of this stand beside the others, as they did before there was an open set.
    package let verification: Evaluation?
    package let openSet: OpenSetEvaluation?
    package let facesNotFound: Int
    package let images: Int
    package let imagesPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case images
        case openSet = "open_set"
        case facesNotFound = "faces_not_found"
        case imagesPerSecond = "images_per_second"
    }

    package func encode(to encoder: any Encoder) throws {
        try verification?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(openSet, forKey: .openSet)
        try container.encode(facesNotFound, forKey: .facesNotFound)
        try container.encode(images, forKey: .images)
        try container.encode(imagesPerSecond, forKey: .imagesPerSecond)
    }
}
