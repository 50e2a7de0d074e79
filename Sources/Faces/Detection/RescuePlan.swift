/// What is tried when a detector finds nothing in an image, in this order: borders, then turns.
///
/// Detectors are trained on faces with surroundings: one that fills the picture is missed until a border
/// makes it smaller. And a picture without an orientation tag may simply lie on its side; then a detector
/// finds nothing, or some faces with doubtful scores whose eyes stand above each other, which is taken for a
/// sign of it. Where all that is found are faces cut off by the picture's edge, the one that it is of may be
/// too large as well: then the first border is looked at too, and what else is found is added.
package enum RescuePlan {
    /// Borders on each side, as a part of the image's own size: half, and then one that leaves the image a
    /// quarter of its first scale.
    package static let borders = [0.5, 1.5]

    /// Quarter turns clockwise. All three are looked at and the most confident wins, because a detector may
    /// half recognise a face that hangs upside down.
    package static let turns = [1, 2, 3]

    /// Borders of turned passes, all turns with the first before any with the second.
    package static let turnedBorders = [0, 0.5]

    /// Degrees of roll beyond which a face lies: a head leans by 45 at most.
    package static let lyingRoll: Float = 60

    /// A pass is made where a glance, on a canvas of half the size, finds something with this share of the
    /// least score: smaller faces are less sure ones.
    package static let glanceScore: Float = 0.25

    /// A face of which less than this part lies on the picture is cut off by its edge.
    package static let wholeFace: Float = 0.9

    /// Boxes that overlap by more than this are of one face.
    package static let anotherFace: Float = 0.4

    /// Passes for an image without a face and without an orientation tag.
    package static let passes = 1 + borders.count + turns.count * turnedBorders.count
}
