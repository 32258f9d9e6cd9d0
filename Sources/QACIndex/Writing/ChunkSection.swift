// The weights of all nodes of a tree as one section, and the nodes with the places of their chunks.
//
// Cost: that of `ChunkWriter`.

/// The chunks of all nodes, and the nodes with the offsets of their chunks.
struct ChunkSection {
  private(set) var bytes: [UInt8] = []
  private(set) var nodes: [NodeRecord]
  let levels: [Float]

  /// Writes the chunks of `nodes`; those of no node if `chunks` is empty.
  ///
  /// - Parameters:
  ///   - nodes: The nodes.
  ///   - chunks: The weights of each node's children, in the order of `nodes`, or none.
  ///   - features: The number of features.
  ///   - mostLevels: The most different weights, a power of two.
  ///   - rowsPerBucket: The most features of a node in a bucket, on average.
  init(
    _ nodes: [NodeRecord], _ chunks: [NodeChunk], features: Int,
    mostLevels: Int = WeightLevels.usual, rowsPerBucket: Int = ChunkWriter.usualRowsPerBucket
  ) {
    self.nodes = nodes
    let writer = ChunkWriter(
      chunks, features: features, mostLevels: mostLevels, rowsPerBucket: rowsPerBucket)
    levels = writer.levels.values
    for i in nodes.indices {
      self.nodes[i].chunk = IndexFormat.noChunk
      if chunks.isEmpty || chunks[i].children.isEmpty { continue }
      precondition(bytes.count < Int(IndexFormat.noChunk), "the chunks take less than 4 GiB")
      self.nodes[i].chunk = UInt32(bytes.count)
      bytes += writer.bytes(of: chunks[i], arity: nodes[i].arity)
    }
  }
}
