/// The order of a network's three input planes.
package enum ColorOrder: String, Sendable, Codable, CaseIterable {
    case rgb
    case bgr
}
