extension Unicode.Scalar {
    /// Unicode general categories "other" are out: controls, surrogates, unassigned; so are line and
    /// paragraph separators. Format characters (joiners) stay: scripts need them.
    var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
