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
    package let elementType: ElementType
    /// nil where the model does not declare a shape.
    package let dimensions: [Dimension]?

    package init(name: String, elementType: ElementType, dimensions: [Dimension]?) {
        (self.name, self.elementType, self.dimensions) = (name, elementType, dimensions)
    }
}
