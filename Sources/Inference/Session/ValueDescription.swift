package import Kernels

/// One dimension of an input or output as the model declares it.
package enum Dimension: Sendable, Hashable, CustomStringConvertible {
    case fixed(Int)
    /// Any size; the name may be empty.
    case free(String)

    package var description: String {
        switch self {
        case .fixed(let size): String(size)
        case .free(let name): name.isEmpty ? "?" : name
        }
    }
}

/// An input or output of a model.
package struct ValueDescription: Sendable, Hashable {
    package let name: String
    /// What a session takes or gives.
    package let elementType: ElementType
    /// What the file declares: half precision, where a session works with float32.
    package let fileType: ElementType
    /// nil where the model does not declare a shape.
    package let dimensions: [Dimension]?

    /// - Parameter fileType: as the file declares it.
    package init(name: String, fileType: ElementType, dimensions: [Dimension]?) {
        (self.name, self.fileType, self.dimensions) = (name, fileType, dimensions)
        elementType = fileType.widened
    }
}
