extension FaceServer {
    /// What inverts in this build, loaded from the recognizer of the configuration (`modelSource(.recognizer)`); nil where there
    /// is nothing, which jobs are refused for.
    static func inverter(for configuration: Configuration) -> InverterFactory? { nil }
}
