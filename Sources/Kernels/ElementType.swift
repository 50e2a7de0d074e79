/// What the elements of a tensor are.
package enum ElementType: Sendable, Hashable, CaseIterable {
    case float32, float64, float16, int64, int32, int8, uint8, bool

    /// What a session has instead: it computes in float32 what a file has in half precision.
    package var widened: ElementType { self == .float16 ? .float32 : self }

    /// Bytes an element takes.
    package var byteCount: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16: 2
        case .int8, .uint8, .bool: 1
        }
    }
}
