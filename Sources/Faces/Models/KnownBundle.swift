/// Known models that belong together: pulled by one name, which then stands for the detector or the
/// recogniser.
package struct KnownBundle: Sendable {
    package let name: String
    /// Names of `KnownModel.all`, detector first.
    private let parts: [String]

    /// Its models, detector first.
    package var models: [KnownModel] { parts.compactMap(KnownModel.named) }

    /// Its model of that kind.
    package func model(of kind: ModelManifest.Kind) -> KnownModel? {
        models.first { $0.manifest.kind == kind }
    }

    /// Every bundle there is.
    package static let all = [
        KnownBundle(name: "buffalo_l", parts: ["det_10g", "w600k_r50"]),
        KnownBundle(name: "opencv_zoo", parts: ["yunet_2023mar", "sface_2021dec"]),
    ]

    /// The bundle of this name.
    package static func named(_ name: String) -> KnownBundle? { all.first { $0.name == name } }
}
