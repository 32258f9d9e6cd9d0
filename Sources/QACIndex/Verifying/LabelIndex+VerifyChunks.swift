// Checks the nodes' weights: the records of every chunk follow each other where the directory says,
// are in order, and refer to features, children and levels that exist.
//
// Cost: O(size of the chunks).

import QACBinary
import QACText

extension LabelIndex {
  func verifyChunks() throws(IndexError) {
    try verifyChunks(
      of: view.nodes, levels: view.weightLevels, features: view.features.count,
      (.nodes, .chunks, .weightLevels)
    ) { view.chunk(of: $0) }
  }

  /// Checks the weights of a tree.
  ///
  /// - Parameters:
  ///   - nodes: The tree.
  ///   - levels: The weights to which chunks refer.
  ///   - features: The number of features.
  ///   - parts: The sections of nodes, chunks and levels.
  ///   - chunk: Makes the view of a node's chunk.
  /// - Throws: `IndexError.malformed`.
  func verifyChunks(
    of nodes: UnsafeBufferPointer<NodeRecord>, levels: UnsafeBufferPointer<Float>, features: Int,
    _ parts: (nodes: IndexSection, chunks: IndexSection, levels: IndexSection),
    chunk: (NodeRecord) -> ChunkView
  ) throws(IndexError) {
    for i in levels.indices {
      try demand(
        levels[i].isFinite && (i == 0 || levels[i - 1] <= levels[i]), parts.levels,
        "level \(i) is not a finite number, or out of order")
    }
    let size = section(parts.chunks).count
    var next = 0
    for (i, node) in nodes.enumerated() where node.chunk != IndexFormat.noChunk {
      try demand(
        Int(node.chunk) == next && next + 2 <= size, parts.nodes,
        "the chunk of node \(i) is not where it must be")
      next = try verifyChunk(
        of: node, i, features: features, in: parts.chunks, end: size, chunk: chunk)
    }
    try demand(next == size, parts.chunks, "bytes belong to no node")
  }

  /// Checks the chunk of one node; returns the offset of the byte after it.
  private func verifyChunk(
    of node: NodeRecord, _ i: Int, features: Int, in part: IndexSection, end: Int,
    chunk: (NodeRecord) -> ChunkView
  ) throws(IndexError) -> Int {
    let start = Int(node.chunk)
    let most = (end - start) * 8
    let head = section(part)[start..<start + 2]
    func fail(_ problem: String) -> IndexError {
      .malformed(
        path: path, part: "section \(part)",
        problem: "the chunk of node \(i): \(problem)")
    }
    guard head.first.map({ Int($0) <= IndexFormat.mostRowBits }) == true,
      head.last.map({ (1...BitWriter.mostBits).contains(Int($0)) }) == true
    else { throw fail("its widths are out of range") }
    let chunk = chunk(node)
    guard chunk.childBits <= IndexFormat.mostChildBits else { throw fail("too many children") }
    guard features > 0, chunk.records <= most else { throw fail("its directory is cut off") }
    let buckets = ChunkView.buckets(features, chunk.rowBits)
    var at = chunk.records
    guard chunk.place(0) == at else { throw fail("its first record is not after its directory") }
    for bucket in 0..<buckets {
      let next = chunk.place(bucket + 1)
      guard next >= at, next <= most else { throw fail("bucket \(bucket) does not end within it") }
      var row = -1
      var child = -1
      while at < next {
        let record = ChunkView.Record(chunk, at)
        at += record.bits
        if let distance = record.distance {
          row += 1 + distance
          guard row < 1 << Int(chunk.rowBits), bucket << Int(chunk.rowBits) + row < features
          else { throw fail("a feature of bucket \(bucket) is out of range") }
        } else if row < 0 || record.child <= child {
          throw fail("a child of bucket \(bucket) is out of order")
        }
        child = record.child
        guard child < node.arity else { throw fail("a record of bucket \(bucket) has no child") }
      }
      guard at == next else { throw fail("a record of bucket \(bucket) is cut off") }
    }
    guard at > chunk.records else { throw fail("it has no record") }
    let used = at % 8
    if used > 0, chunk.word(at) & (1 << UInt64(8 - used) - 1) != 0 {
      throw fail("bits after the last record are not zero")
    }
    return start + (at + 7) / 8
  }
}
