/// A line of an import.
package enum ImportedLine: Sendable {
    case face(ImportedFace)
    /// An identity that may have no face.
    case identity(ImportedIdentity)

    /// What it says of an identity.
    var identity: ImportedIdentity {
        switch self {
        case .face(let face): face.statedIdentity
        case .identity(let identity): identity
        }
    }
}
