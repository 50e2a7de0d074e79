import Encodings

extension OpenAPISchemas {
    static let inversion: [(String, JSONValue)] = [
        (
            "InversionReport",
            object([
                "similarity": .object([
                    "type": "number",
                    "description":
                        "Cosine of the embedding asked for and the one that the model gives the picture.",
                ]), "embedding_loss": real, "statistics_loss": real, "iterations": count, "seconds": real,
                "width": count, "height": count,
            ])
        )
    ]
}
