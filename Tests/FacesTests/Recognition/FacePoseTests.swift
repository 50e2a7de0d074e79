import Faces
import TestKit
import Testing

@Suite struct FacePoseTests {
    /// A rigid head seen from the front, turned and projected: eyes, nose, mouth corners.
    private func head(yaw: Double = 0, pitch: Double = 0, roll: Double = 0, size: Double = 80) -> [Point] {
        // x to the right, y down, z towards the camera.
        let points = [
            (-0.5, 0.0, 0.0), (0.5, 0, 0), (0, 0.571, 0.5), (-0.4, 1.154, 0), (0.4, 1.154, 0),
        ]
        let angles = (yaw * .pi / 180, pitch * .pi / 180, roll * .pi / 180)
        return points.map { x, y, z in
            let (x1, z1) = (
                x * cosine(angles.0) + z * sine(angles.0), z * cosine(angles.0) - x * sine(angles.0)
            )
            let y2 = y * cosine(angles.1) - z1 * sine(angles.1)
            return Point(
                x: Float(200 + size * (x1 * cosine(angles.2) - y2 * sine(angles.2))),
                y: Float(150 + size * (x1 * sine(angles.2) + y2 * cosine(angles.2))))
        }
    }

    private func cosine(_ x: Double) -> Double { Trigonometry.cosine(x) }
    private func sine(_ x: Double) -> Double { Trigonometry.cosine(x - .pi / 2) }

    @Test func `the frontal template is frontal`() {
        let pose = FacePose(landmarks: AlignmentTemplate.arcFace)
        #expect(abs(pose.yaw) < 1 && abs(pose.pitch) < 1 && abs(pose.roll) < 1)
    }

    @Test(arguments: [-60.0, -30, -10, 0, 10, 30, 60])
    func `a turned head is measured`(degrees: Double) {
        #expect(abs(Double(FacePose(landmarks: head(yaw: degrees)).yaw) - degrees) < 1)
        #expect(abs(Double(FacePose(landmarks: head(pitch: degrees / 2)).pitch) - degrees / 2) < 1)
        #expect(abs(Double(FacePose(landmarks: head(roll: degrees)).roll) - degrees) < 0.01)
    }

    @Test func `yaw, pitch and roll grow with the turn`() {
        let turns = stride(from: -45.0, through: 45, by: 5)
        let yaws = turns.map { FacePose(landmarks: head(yaw: $0, pitch: 10)).yaw }
        let pitches = turns.map { FacePose(landmarks: head(yaw: 10, pitch: $0)).pitch }
        let rolls = turns.map { FacePose(landmarks: head(roll: $0)).roll }
        for angles in [yaws, pitches, rolls] {
            #expect(zip(angles, angles.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test func `the signs are those of the documentation`() {
        var right = AlignmentTemplate.arcFace
        right[2].x += 8
        #expect(FacePose(landmarks: right).yaw > 10)
        var up = AlignmentTemplate.arcFace
        up[2].y -= 8
        #expect(FacePose(landmarks: up).pitch > 10)
        var clockwise = AlignmentTemplate.arcFace
        clockwise[1].y += 8
        #expect(FacePose(landmarks: clockwise).roll > 10)
    }

    @Test func `size and place do not matter, nor does roll to yaw and pitch`() {
        let pose = FacePose(landmarks: head(yaw: 20, pitch: -10, roll: 35, size: 13))
        let other = FacePose(landmarks: head(yaw: 20, pitch: -10, roll: 0, size: 400))
        #expect(abs(pose.yaw - other.yaw) < 0.05 && abs(pose.pitch - other.pitch) < 0.05)
    }

    @Test func `landmarks that no head has still give angles`() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<500 {
            let points = (0..<5).map { _ in
                Point(
                    x: Float(Int.random(in: 0...3, using: &random)),
                    y: Float(Int.random(in: 0...3, using: &random)))
            }
            let pose = FacePose(landmarks: points)
            #expect(abs(pose.yaw) <= 90 && abs(pose.pitch) <= 90 && abs(pose.roll) <= 180)
        }
    }
}
