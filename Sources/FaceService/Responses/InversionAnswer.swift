import Encodings
import Imaging

/// The report of an inversion.
struct InversionAnswer: JSONRepresentable {
    let picture: InvertedPicture
    let seconds: Double

    var json: JSONValue {
        .object([
            "similarity": .number(picture.similarity), "embedding_loss": .number(picture.embeddingLoss),
            "statistics_loss": .number(picture.statisticsLoss), "iterations": .integer(picture.iterations),
            "seconds": .number(seconds), "width": .integer(picture.image.width),
            "height": .integer(picture.image.height),
        ])
    }
}
