// Writes the weights of the nodes' children in the form that `ChunkView` reads, rounded to the
// file's levels.
//
// Cost: O(entries + features of the index x nodes with weights / features of a bucket).

import QACBinary

/// Turns chunks into bits.
struct ChunkWriter {
  /// The most features of a node in a bucket of the completions' classifiers, on average. The
  /// fewer there are, the fewer records a look-up reads in vain, and the longer is the directory.
  static let usualRowsPerBucket = 20

  /// The levels to which all weights are rounded.
  let levels: WeightLevels
  private let features: Int
  private let rowsPerBucket: Int

  /// Makes a writer for all chunks of an index with `features` features.
  ///
  /// - Parameters:
  ///   - chunks: The chunks.
  ///   - features: The number of features.
  ///   - mostLevels: The most different weights, a power of two.
  ///   - rowsPerBucket: The most features of a node in a bucket, on average.
  init(
    _ chunks: [NodeChunk], features: Int, mostLevels: Int = WeightLevels.usual,
    rowsPerBucket: Int = usualRowsPerBucket
  ) {
    self.features = features
    self.rowsPerBucket = rowsPerBucket
    levels = WeightLevels(chunks, most: mostLevels)
  }

  /// The bytes of `chunk`, which has at least one entry and is of a node with `arity` children.
  ///
  /// - Precondition: The number of a child has at most `IndexFormat.mostChildBits` bits.
  func bytes(of chunk: NodeChunk, arity: Int) -> [UInt8] {
    let childBits = Int(ChunkView.childBits(arity: arity))
    precondition(childBits <= IndexFormat.mostChildBits, "a node has \(arity) children")
    let levelBits = levels.values.count.trailingZeroBitCount
    var rowBits = 0
    while rowBits < IndexFormat.mostRowBits,
      chunk.features.count << (rowBits + 1) <= rowsPerBucket * features
    { rowBits += 1 }
    let restBits = max(0, rowBits - IndexFormat.unaryBits)

    var places: [Int] = []
    var records = BitWriter()
    for (i, feature) in chunk.features.enumerated() {
      let bucket = feature >> UInt32(rowBits)
      while places.count <= Int(bucket) { places.append(records.bitCount) }
      let before = i > 0 && chunk.features[i - 1] >> UInt32(rowBits) == bucket
      let distance = feature - (before ? chunk.features[i - 1] + 1 : bucket << UInt32(rowBits))
      for e in Int(chunk.offsets[i])..<Int(chunk.offsets[i + 1]) {
        if e == Int(chunk.offsets[i]) {
          records.append(1, width: 1)
          let zeros = distance >> UInt32(restBits)
          records.append(1 << UInt64(zeros), width: Int(zeros) + 1)
          records.append(
            UInt64(distance & (1 << UInt32(restBits) - 1)), width: restBits)
        } else {
          records.append(0, width: 1)
        }
        records.append(UInt64(chunk.children[e]), width: childBits)
        records.append(UInt64(levels.nearest(chunk.weights[e])), width: levelBits)
      }
    }
    let end = records.bitCount
    while places.count <= ChunkView.buckets(features, UInt64(rowBits)) { places.append(end) }

    var out = BitWriter()
    let placeBits = BitWriter.width(of: UInt64(end))
    out.append(UInt64(rowBits), width: 8)
    out.append(UInt64(placeBits), width: 8)
    for place in places { out.append(UInt64(place), width: placeBits) }
    var left = end
    for byte in records.finish() {
      let bits = min(8, left)
      out.append(UInt64(byte), width: bits)
      left -= bits
    }
    return out.finish()
  }
}
