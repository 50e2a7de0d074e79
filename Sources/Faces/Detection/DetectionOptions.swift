/// What a caller wants of a detection; the defaults are the detector's own.
package struct DetectionOptions: Sendable, Equatable {
    /// At most this many faces, largest first; nil for all.
    package var maximumFaces: Int?
    /// Detector score, 0...1; nil for the manifest's.
    package var minimumScore: Float?
    /// Pixels of the shorter side of the box; smaller faces are left out.
    package var minimumSize: Float
    /// Look again with a border, smaller and turned when the first pass finds nothing. An image without a
    /// face then costs up to `RescuePlan.passes` detector runs instead of one.
    package var rescue: Bool

    package init(
        maximumFaces: Int? = nil, minimumScore: Float? = nil, minimumSize: Float = 0, rescue: Bool = true
    ) {
        self.maximumFaces = maximumFaces
        self.minimumScore = minimumScore
        self.minimumSize = minimumSize
        self.rescue = rescue
    }
}
