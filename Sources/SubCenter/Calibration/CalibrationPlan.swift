/// Who takes part in a calibration, settled by the number of faces of each identity before an embedding is
/// read, so that memory is bounded however large the gallery.
///
/// As many people as there are come first, then photographs of each: a second person tells more about
/// strangers than a third photograph.
package struct CalibrationPlan: Sendable, Equatable {
    /// An identity and how many faces it has.
    package struct Identity: Sendable, Equatable {
        package let name: String
        package let faces: Int

        package init(name: String, faces: Int) {
            self.name = name
            self.faces = faces
        }
    }

    /// Those that take part, in ascending order of the names' UTF-8 bytes.
    package let identities: [Identity]
    /// Faces of the gallery, those of identities that were not drawn among them.
    package let faces: Int
    /// Photographs of each that take part at most.
    package let photographsEach: Int
    package let parameters: CalibrationParameters

    /// Two photographs of a person are the least that makes a genuine trial.
    private static let leastEach = 2
    /// Faces that are looked at to find one distinct photograph.
    private static let facesAPhotograph = 10

    /// - Parameter identities: all of the gallery, in any order; those without faces are passed over.
    package init(_ identities: [Identity], _ parameters: CalibrationParameters) {
        let all = identities.filter { $0.faces > 0 }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        let least = min(Self.leastEach, parameters.mostPhotographsEach)
        let each = (least...parameters.mostPhotographsEach).last {
            Self.photographs(all, each: $0) <= parameters.mostPhotographs
        }
        (self.parameters, photographsEach) = (parameters, each ?? least)
        faces = all.reduce(0) { $0 + $1.faces }
        guard each == nil else {
            self.identities = all
            return
        }
        var generator = StableGenerator(seed: StableGenerator.seed(parameters.seed, name: "calibration"))
        self.identities = generator.spread(all, most: max(1, parameters.mostPhotographs / least))
    }

    /// Faces that are worth reading of an identity.
    package var facesEach: Int { photographsEach * Self.facesAPhotograph }

    /// Photographs that take part if no two faces are near-duplicates.
    var mostPhotographs: Int { Self.photographs(identities, each: photographsEach) }

    private static func photographs(_ identities: [Identity], each: Int) -> Int {
        identities.reduce(0) { $0 + min($1.faces, each) }
    }
}
