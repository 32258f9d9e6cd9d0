// The items' tree, as it is searched.
//
// It has the form of the labels' tree (`NodeRecord`, `ChunkView`): the children of a node are
// nodes, or its members if it is a leaf. Members of a node are neighbours in `members`.
// Invariant (verified): the members of the children of a node are those of the node, in order;
// every item is a member of one leaf.

public import QACBinary

/// A borrowed tree; valid as long as the memory behind it.
@frozen
public struct ItemTreeView {
  /// The nodes in breadth-first order; node 0 is the root.
  public let nodes: UnsafeBufferPointer<NodeRecord>
  /// The items in the order of the leaves.
  public let members: PackedArray<UInt32>
  /// The number of features of the classifiers: the terms and the bias.
  public let features: Int
  @usableFromInline let chunks: UnsafeRawPointer
  @usableFromInline let levels: UnsafeBufferPointer<Float>

  /// Makes a view of a tree.
  ///
  /// - Parameters:
  ///   - nodes: The nodes.
  ///   - members: The items in the order of the leaves.
  ///   - features: The number of features of the classifiers.
  ///   - chunks: The bytes of all chunks; eight more may be read.
  ///   - levels: The weights to which chunks refer; their number is a power of two.
  public init(
    nodes: UnsafeBufferPointer<NodeRecord>, members: PackedArray<UInt32>, features: Int,
    chunks: UnsafeRawPointer, levels: UnsafeBufferPointer<Float>
  ) {
    self.nodes = nodes
    self.members = members
    self.features = features
    self.chunks = chunks
    self.levels = levels
  }

  /// The feature that every query has, with value 1.
  @inlinable
  public var bias: UInt32 { UInt32(truncatingIfNeeded: features &- 1) }

  /// The weights of the children of `node`.
  @inlinable
  public func chunk(of node: NodeRecord) -> ChunkView {
    if node.chunk == IndexFormat.noChunk { return ChunkView(emptyAt: chunks, levels: levels) }
    return ChunkView(
      base: chunks + Int(node.chunk), levels: levels, features: features, arity: node.arity)
  }
}
