// A second reader of index files, as docs/index-format.md describes them, without QACIndex.
//
// It is slow and plain on purpose: arrays of Int, dictionaries, linear scans. The library's reader
// and search are compared with it.

/// An index file taken apart into plain values.
public struct PlainIndex {
  /// A child of a node.
  public enum Child: Equatable {
    /// A label.
    case label(Int)
    /// Another node.
    case node(Int)
  }

  /// A node, and the weight of each child for each feature.
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
  /// The labels' decayed uses.
  public var heats: [Double]
  /// Id and inverse document frequency by the first bits of the key.
  public var features: [UInt64: (id: Int, idf: Double)]
  /// The number of last bits of a feature's key that are not stored.
  public var featureShift: UInt64
  /// The tree; node 0 is the root.
  public var nodes: [Node]
  /// The followers of each label with their counts.
  public var followers: [[Int: Int]]
  /// The ranker's weights.
  public var ranker: [String: Double]
  /// The endings of queries with their weights.
  public var suffixes: [[UInt8]: Int]
  /// ln P and ln B of each word by the first bits of its key.
  public var words: [UInt64: (p: Double, b: Double)]
  /// ln P of each pair of words by the first bits of its key.
  public var pairs: [UInt64: Double]
  /// The number of last bits of the keys of words that are not stored.
  public var wordShift: UInt64
  /// The same for the keys of pairs.
  public var pairShift: UInt64

  /// Reads the file whose content is `bytes`, which must be valid.
  public init(_ bytes: [UInt8]) {
    func number(_ at: Int, _ size: Int) -> UInt64 {
      (0..<size).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    }
    func bits(_ at: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { sum, i in
        sum | UInt64(bytes[(at + i) / 8] >> UInt8((at + i) % 8) & 1) << UInt64(i)
      }
    }
    /// Where section `kind` begins, its elements, and two widths.
    func row(_ kind: Int) -> (start: Int, count: Int, width: Int, step: Int) {
      let row = 64 + 24 * (kind - 1)
      return (
        Int(number(row + 8, 8)), Int(number(row + 16, 8)), Int(bytes[row + 2]),
        Int(bytes[row + 3])
      )
    }
    func section(_ kind: Int) -> Range<Int> {
      let (start, count, _, _) = row(kind)
      return start..<start + count
    }
    /// Numbers of whole bytes.
    func whole(_ kind: Int, _ size: Int) -> [Int] {
      let (start, count, _, _) = row(kind)
      return (0..<count).map { Int(number(start + size * $0, size)) }
    }
    func packed(_ kind: Int) -> [Int] {
      let (start, count, width, _) = row(kind)
      return (0..<count).map { Int(bits(8 * start + width * $0, width)) }
    }
    func ascending(_ kind: Int) -> [Int] {
      let (start, count, first, step) = row(kind)
      var result: [Int] = []
      var at = 8 * start
      for i in 0..<count {
        let width = i % 16 == 0 ? first : step
        result.append(Int(bits(at, width)) + (i % 16 == 0 ? 0 : result[i / 16 * 16]))
        at += width
      }
      return result
    }
    /// The keys without their last bits; `left` of 64 bits are stored.
    func keys(_ starts: Int, _ rests: Int) -> (bits: [UInt64], left: UInt64) {
      let buckets = whole(starts, 4)
      let stored = whole(rests, 2)
      var result: [UInt64] = []
      for bucket in 0..<buckets.count - 1 {
        for i in buckets[bucket]..<buckets[bucket + 1] {
          result.append(UInt64(bucket) << 16 | UInt64(stored[i]))
        }
      }
      return (result, UInt64(64 - 16 - (buckets.count - 1).trailingZeroBitCount))
    }
    func rounded(_ code: Int, _ fraction: Int) -> Double {
      let exponent = code >> fraction
      let mantissa = code - exponent << fraction
      return (1 + Double(mantissa) / Double(1 << fraction)) * Double(1 << exponent)
    }
    profile = Int(number(12, 4))
    let text = section(3).lowerBound
    let ends = ascending(2)
    labels = zip(ends, ends.dropFirst()).map { Array(bytes[text + $0..<text + $1]) }
    let surfaceEnds = ascending(4)
    let surfaceText = section(5).lowerBound
    surfaces = zip(surfaceEnds, surfaceEnds.dropFirst()).map {
      Array(bytes[surfaceText + $0..<surfaceText + $1])
    }
    surfaces = zip(labels, surfaces).map { $1.isEmpty ? $0 : $1 }
    let sums = ascending(6)
    weights = zip(sums, sums.dropFirst()).map { $1 - $0 }
    heats = packed(8).map { rounded($0, 4) - 1 }
    let (featureKeys, featureBits) = keys(10, 11)
    features = [:]
    featureShift = featureBits
    for (id, (key, code)) in zip(featureKeys, whole(12, 1)).enumerated() {
      features[key] = (id, 1 + Double(code) / 16)
    }
    let featureCount = featureKeys.count
    let members = packed(14)
    let chunks = section(16).lowerBound
    let levels = (0..<row(17).count).map {
      Double(Float(bitPattern: UInt32(number(row(17).start + 4 * $0, 4))))
    }
    /// The weights of the chunk at byte `at`, by child, then feature.
    func chunk(_ at: Int, arity: Int) -> [Int: [Int: Double]] {
      func width(_ most: Int) -> Int { max(1, Int.bitWidth - most.leadingZeroBitCount) }
      let rowBits = Int(bytes[at])
      let placeBits = Int(bytes[at + 1])
      let rest = max(0, rowBits - 4)
      let buckets = (featureCount - 1) >> rowBits + 1
      var weights: [Int: [Int: Double]] = [:]
      let directory = 8 * at + 16
      let first = directory + (buckets + 1) * placeBits
      for bucket in 0..<buckets {
        var bit = first + Int(bits(directory + bucket * placeBits, placeBits))
        let end = first + Int(bits(directory + (bucket + 1) * placeBits, placeBits))
        var feature = bucket << rowBits - 1
        func take(_ count: Int) -> Int {
          bit += count
          return Int(bits(bit - count, count))
        }
        while bit < end {
          if take(1) == 1 {
            var distance = 0
            while take(1) == 0 { distance += 1 << rest }
            feature += 1 + distance + take(rest)
          }
          let child = take(width(arity - 1))
          weights[child, default: [:]][feature] = levels[take(levels.count.trailingZeroBitCount)]
        }
      }
      return weights
    }
    nodes = (0..<row(13).count).map { i in
      let at = row(13).start + 32 * i
      let f = (0..<8).map { Int(number(at + 4 * $0, 4)) }
      let own =
        f[2] == Int(UInt32.max) ? Array(f[0]..<f[1]) : Array(members[f[2]..<f[2] + f[3]])
      var children = own.map { Child.label($0) }
      if f[5] > 0 {
        children = f[6] & 1 == 1 ? [.label(f[0])] : []
        children += (f[4]..<f[4] + f[5]).map { .node($0) }
      }
      let weights = f[7] == Int(UInt32.max) ? [:] : chunk(chunks + f[7], arity: children.count)
      return Node(labels: own, children: children, weights: weights, trieDepth: f[6] >> 1)
    }
    let (starts, next, counts) = (ascending(18), packed(19), packed(20).map { rounded($0, 3) })
    followers = zip(starts, starts.dropFirst()).map { start, end in
      Dictionary(uniqueKeysWithValues: (start..<end).map { (next[$0], Int(counts[$0])) })
    }
    ranker = [:]
    var at = section(21).lowerBound
    while at < section(21).upperBound {
      let length = Int(number(at, 4))
      let name = String(decoding: bytes[at + 4..<at + 4 + length], as: UTF8.self)
      ranker[name] = Double(bitPattern: number(at + 4 + length, 8))
      at += 12 + length
    }
    let suffixSums = ascending(23)
    let slices = packed(22).map { slice in
      Array(bytes[text + slice / 256..<text + slice / 256 + slice % 256])
    }
    suffixes = Dictionary(
      uniqueKeysWithValues: zip(slices, zip(suffixSums, suffixSums.dropFirst()).map { $1 - $0 }))
    let (wordKeys, wordBits) = keys(26, 27)
    wordShift = wordBits
    words = [:]
    for (key, figures) in zip(wordKeys, zip(whole(28, 1), whole(29, 1))) {
      words[key] = (Double(figures.0) / -16, Double(figures.1) / -16)
    }
    let (pairKeys, pairBits) = keys(30, 31)
    pairShift = pairBits
    pairs = [:]
    for (key, p) in zip(pairKeys, whole(32, 1)) { pairs[key] = Double(p) / -16 }
  }
}
