/// How far the search index is built at start.
package struct LoadProgress: Sendable, Equatable {
    package let loadedFaces: Int
    package let totalFaces: Int
}
