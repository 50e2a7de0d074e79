/// Where ArcFace networks expect the five landmarks of a face in their input.
package enum AlignmentTemplate {
    /// InsightFace's figures for 112x112: left eye, right eye, nose, left and right mouth corner.
    package static let arcFace: [Point] = [
        Point(x: 38.2946, y: 51.6963), Point(x: 73.5318, y: 51.5014), Point(x: 56.0252, y: 71.7366),
        Point(x: 41.5493, y: 92.3655), Point(x: 70.7299, y: 92.2041),
    ]

    /// The template for a crop of another size: scaled with the height, the middle column stays in the
    /// middle.
    ///
    /// 112x96 (height by width) so becomes the original MTCNN-era template, x - 8.
    package static func arcFace(width: Int, height: Int) -> [Point] {
        let scale = Float(height) / 112
        let shift = (Float(width) - 112 * scale) / 2
        return arcFace.map { Point(x: $0.x * scale + shift, y: $0.y * scale) }
    }
}
