import Inference

extension Inference.Dimension {
    /// The number, nil where it is free. Exporters also write free dimensions as 0 or -1.
    var extent: Int? {
        guard case .fixed(let extent) = self, extent > 0 else { return nil }
        return extent
    }
}
