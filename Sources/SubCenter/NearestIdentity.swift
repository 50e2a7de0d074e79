/// The identity that a face set aside looks most like.
package struct NearestIdentity: Sendable, Equatable {
    package let name: String
    /// Between the face and that identity's dominant center, degrees.
    package let angleDegrees: Double
}
