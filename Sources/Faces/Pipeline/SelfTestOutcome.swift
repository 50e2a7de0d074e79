/// What a self-test that was passed has shown.
package struct SelfTestOutcome: Sendable, Equatable {
    /// The model's name.
    package let model: String
    /// Whether its answers were held against another engine's; otherwise they were only found to be sound.
    package let isGolden: Bool
    /// What was found, for people.
    package let detail: String

    package init(model: String, isGolden: Bool, detail: String) {
        self.model = model
        self.isGolden = isGolden
        self.detail = detail
    }
}
