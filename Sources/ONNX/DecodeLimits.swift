/// How much of anything a model may hold, so that a small hostile file cannot become a large structure.
///
/// The defaults are far above every network known and keep the decoded structure within a small multiple of
/// the file's size.
package struct DecodeLimits: Sendable {
    /// Nodes of the graph.
    package var maximumNodes = 100_000
    /// Initializers of the graph.
    package var maximumInitializers = 100_000
    /// Inputs, outputs and value descriptions of the graph, each.
    package var maximumValues = 100_000
    /// Inputs or outputs of one node.
    package var maximumOperands = 4_096
    /// Attributes of one node.
    package var maximumAttributes = 64
    /// Elements of one list attribute.
    package var maximumAttributeElements = 1 << 20
    /// Dimensions of a tensor or value.
    package var maximumRank = 32
    /// Other files that tensors lie in: one for each tensor is a usual way to write them.
    package var maximumExternalFiles = 4_096
    /// Separate pieces that the typed data of one tensor may come in.
    package var maximumDataPieces = 1 << 20

    package init() {}
}
