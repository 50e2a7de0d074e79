import Encodings

extension ModelManifest {
    /// The text of a `FILE.onnx.json` that reads back as this manifest, but for where it comes from.
    package func jsonText() throws -> String {
        try JSONText.of(EncodedManifest(manifest: self), pretty: true) + "\n"
    }
}

/// A manifest in the keys of its file; those that do not belong to its kind are left out.
private struct EncodedManifest: Encodable {
    let manifest: ModelManifest

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ManifestDocument.Key.self)
        try values.encode(manifest.kind.rawValue, forKey: .kind)
        try values.encode(manifest.name, forKey: .name)
        try values.encodeIfPresent(manifest.inputWidth, forKey: .inputWidth)
        try values.encodeIfPresent(manifest.inputHeight, forKey: .inputHeight)
        try values.encode(manifest.colorOrder.rawValue, forKey: .colorOrder)
        try values.encode(manifest.mean, forKey: .mean)
        try values.encode(manifest.deviation, forKey: .deviation)
        switch manifest.kind {
        case .detector:
            try values.encode(manifest.minimumScore, forKey: .minimumScore)
            try values.encode(manifest.maximumOverlap, forKey: .maximumOverlap)
        case .recognizer:
            try values.encodeIfPresent(manifest.template?.map { [$0.x, $0.y] }, forKey: .template)
            try values.encode(manifest.threshold, forKey: .threshold)
        }
        try values.encodeIfPresent(manifest.licence, forKey: .licence)
        try values.encodeIfPresent(manifest.source, forKey: .source)
        try values.encodeIfPresent(manifest.priorArt, forKey: .priorArt)
    }
}
