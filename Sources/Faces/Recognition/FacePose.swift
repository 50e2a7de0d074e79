import Foundation

/// The turn of a head, estimated from five landmarks and a rigid, average face: good to some ten degrees,
/// meant for telling frontal from turned, not for measuring.
///
/// The face is turned upright by its eye line first. Its model, in units of the distance between the eyes:
/// mouth 1.154 below the eyes, nose tip 0.495 of the way down and 0.5 in front of the plane of eyes and
/// mouth, the first two being those of ArcFace's frontal template. Under parallel projection a turn by an
/// angle moves the nose tip by 0.5 sin(angle) against eyes or mouth whose distance shrinks by cos(angle).
package struct FacePose: Sendable, Equatable {
    /// Degrees, positive when the nose points to the right of the picture (the subject's own left), -90...90.
    package let yaw: Float
    /// Degrees, positive when the face looks up, -90...90.
    package let pitch: Float
    /// Degrees, positive when the head is turned clockwise as seen in the picture, -180...180.
    package let roll: Float

    /// Estimates the pose of five finite landmarks. Where two of them coincide an angle is 90 or 0, never
    /// not-a-number.
    package init(landmarks: [Point]) {
        precondition(landmarks.count == DetectedFace.landmarkCount)
        let points = landmarks.map { (x: Double($0.x), y: Double($0.y)) }
        let (left, right) = (points[0], points[1])
        let tilt = atan2(right.y - left.y, right.x - left.x)
        let eyes = ((left.x + right.x) / 2, (left.y + right.y) / 2)
        let upright = { (p: (x: Double, y: Double)) -> (x: Double, y: Double) in
            let (dx, dy) = (p.x - eyes.0, p.y - eyes.1)
            return (dx * cos(tilt) + dy * sin(tilt), dy * cos(tilt) - dx * sin(tilt))
        }
        let nose = upright(points[2])
        let corners = (upright(points[3]), upright(points[4]))
        let mouth = (x: (corners.0.x + corners.1.x) / 2, y: (corners.0.y + corners.1.y) / 2)
        let down = mouth.y > 0 ? min(max(nose.y / mouth.y, 0), 1) : 0
        let distance = hypot(right.x - left.x, right.y - left.y)
        yaw = Self.degrees(atan2(nose.x - down * mouth.x, Self.noseDepth * distance))
        pitch = Self.degrees(
            atan2(Self.noseDrop * mouth.y - nose.y, Self.noseDepth / Self.mouthDrop * max(mouth.y, 0)))
        roll = Self.degrees(tilt)
    }

    private static let noseDepth = 0.5
    private static let noseDrop = 0.495
    private static let mouthDrop = 1.154

    private static func degrees(_ radians: Double) -> Float { Float(radians * 180 / .pi) }
}
