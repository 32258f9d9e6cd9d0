// A second reader of index files, as docs/index-format.md describes them, without QACIndex.
//
// It is slow and plain on purpose: arrays of Int, dictionaries, linear scans. What the library's
// reader and search say is compared with it.

/// An index file taken apart into plain values.
public struct PlainIndex {
  /// A child of a node.
  public enum Child: Equatable {
    /// A label.
    case label(Int)
    /// Another node.
    case node(Int)
  }

  /// A node's ten numbers, and the weight of each child for each feature.
  public struct Node {
    /// Bounds and members of its labels.
    public var labels: [Int]
    /// Its children, in order.
    public var children: [Child]
    /// By child, then by feature.
    public var weights: [Int: [Int: Double]]
    /// Levels of the trie above it.
    public var trieDepth: Int
  }

  /// The normalisation profile's number.
  public var profile: Int
  /// The normalised texts.
  public var labels: [[UInt8]]
  /// The texts to show.
  public var surfaces: [[UInt8]]
  /// The labels' weights.
  public var weights: [Int]
  /// Id and inverse document frequency by key.
  public var features: [UInt64: (id: Int, idf: Double)]
  /// The tree; node 0 is the root.
  public var nodes: [Node]
  /// The followers of each label with their counts.
  public var followers: [[Int: Int]]
  /// The ranker's weights.
  public var ranker: [String: Double]
  /// The endings of queries with their weights.
  public var suffixes: [[UInt8]: Int]
  /// ln P and ln B of each word by key.
  public var words: [UInt64: (p: Double, b: Double)]
  /// ln P of each pair of words by key.
  public var pairs: [UInt64: Double]

  /// Reads the file whose content is `bytes`; it is taken to be valid.
  public init(_ bytes: [UInt8]) {
    func number(_ at: Int, _ size: Int) -> UInt64 {
      (0..<size).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    }
    func section(_ kind: Int) -> Range<Int> {
      let row = 64 + 24 * (kind - 1)
      let start = Int(number(row + 8, 8))
      return start..<start + Int(number(row + 16, 8))
    }
    func u32(_ kind: Int) -> [Int] {
      stride(from: section(kind).lowerBound, to: section(kind).upperBound, by: 4).map {
        Int(number($0, 4))
      }
    }
    func f32(_ kind: Int) -> [Double] {
      u32(kind).map { Double(Float(bitPattern: UInt32($0))) }
    }
    func u64(_ kind: Int) -> [UInt64] {
      stride(from: section(kind).lowerBound, to: section(kind).upperBound, by: 8).map {
        number($0, 8)
      }
    }
    func texts(offsets: Int, _ text: Int) -> [[UInt8]] {
      let starts = u32(offsets)
      let base = section(text).lowerBound
      return zip(starts, starts.dropFirst()).map { Array(bytes[base + $0..<base + $1]) }
    }

    profile = Int(number(12, 4))
    labels = texts(offsets: 2, 3)
    surfaces = zip(labels, texts(offsets: 4, 5)).map { $1.isEmpty ? $0 : $1 }
    let sums = u64(6)
    weights = zip(sums, sums.dropFirst()).map { Int($1 - $0) }
    features = [:]
    let idf = f32(10)
    for (key, id) in zip(u64(8), u32(9)) where id != Int(UInt32.max) {
      features[key] = (id, idf[id])
    }
    let fields = u32(11)
    let members = u32(12)
    let (chunkFeatures, chunkOffsets) = (u32(14), u32(15))
    let (entryChildren, entryWeights) = (u32(16), f32(17))
    nodes = stride(from: 0, to: fields.count, by: 10).map { at in
      let f = Array(fields[at..<at + 10])
      let own =
        f[2] == Int(UInt32.max) ? Array(f[0]..<f[1]) : Array(members[f[2]..<f[2] + f[3]])
      var children = own.map { Child.label($0) }
      if f[5] > 0 {
        children = f[6] == 1 ? [.label(f[0])] : []
        children += (f[4]..<f[4] + f[5]).map { .node($0) }
      }
      var weights: [Int: [Int: Double]] = [:]
      for c in f[7]..<f[7] + f[8] {
        for e in chunkOffsets[c]..<chunkOffsets[c + 1] {
          weights[entryChildren[e], default: [:]][chunkFeatures[c]] = entryWeights[e]
        }
      }
      return Node(labels: own, children: children, weights: weights, trieDepth: f[9])
    }
    let (starts, next, counts) = (u32(18), u32(19), u32(20))
    followers = zip(starts, starts.dropFirst()).map { start, end in
      Dictionary(uniqueKeysWithValues: (start..<end).map { (next[$0], counts[$0]) })
    }
    ranker = [:]
    var at = section(21).lowerBound
    while at < section(21).upperBound {
      let length = Int(number(at, 4))
      let name = String(decoding: bytes[at + 4..<at + 4 + length], as: UTF8.self)
      ranker[name] = Double(bitPattern: number(at + 4 + length, 8))
      at += 12 + length
    }
    let suffixSums = u64(24)
    suffixes = Dictionary(
      uniqueKeysWithValues: zip(
        texts(offsets: 22, 23), zip(suffixSums, suffixSums.dropFirst()).map { Int($1 - $0) }))
    words = [:]
    for (key, figures) in zip(u64(27), zip(f32(28), f32(29))) where key != 0 {
      words[key] = (figures.0, figures.1)
    }
    pairs = [:]
    for (key, p) in zip(u64(30), f32(31)) where key != 0 { pairs[key] = p }
  }
}
