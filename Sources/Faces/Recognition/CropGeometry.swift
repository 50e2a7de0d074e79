/// How a stored crop was cut: its size, and where in it the five landmarks were brought to.
package struct CropGeometry: Sendable, Equatable {
    package let width: Int
    package let height: Int
    /// Five points in pixels of the crop.
    package let template: [Point]

    package init(width: Int, height: Int, template: [Point]) {
        self.width = width
        self.height = height
        self.template = template
    }

    /// A crop of this size by ArcFace's template.
    package init(width: Int, height: Int) {
        self.init(
            width: width, height: height,
            template: AlignmentTemplate.arcFace(width: width, height: height))
    }

    /// Reads size and template back from the line that `ModelManifest.preprocessing` wrote; nil for any other
    /// text.
    package init?(preprocessing: String) {
        var fields: [Substring: Substring] = [:]
        for field in preprocessing.split(separator: " ") {
            let parts = field.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        let size = (fields["size"] ?? "").split(separator: "x").compactMap { Int($0) }
        let points = (fields["template"] ?? "").split(separator: ",").compactMap(Self.point)
        guard size.count == 2, size.allSatisfy({ ModelManifest.cropSides.contains($0) }),
            points.count == DetectedFace.landmarkCount
        else { return nil }
        self.init(width: size[0], height: size[1], template: points)
    }

    private static func point(_ text: Substring) -> Point? {
        let figures = text.split(separator: ":").compactMap { Float($0) }
        guard figures.count == 2, figures.allSatisfy(\.isFinite) else { return nil }
        return Point(x: figures[0], y: figures[1])
    }
}
