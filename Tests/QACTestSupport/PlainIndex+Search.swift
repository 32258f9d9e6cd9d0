// Completion by the formulas of docs/index-format.md, label by label, without any search.

import Foundation

extension PlainIndex {
  /// The labels that begin with `prefix`, by linear scan.
  public func matches(_ prefix: some Collection<UInt8>) -> [Int] {
    labels.indices.filter { labels[$0].starts(with: prefix) }
  }

  /// The labels below `child`.
  public func labels(below child: Child) -> [Int] {
    switch child {
    case .label(let label): return [label]
    case .node(let node): return nodes[node].labels
    }
  }

  /// P(label | x, R) of every label of `matching`: the product, along its path from the root, of
  /// m_R(c) exp(w_c . x) / sum over siblings of m_R(c') exp(w_c' . x).
  public func probabilities(of matching: Set<Int>, features x: [Int: Double]) -> [Int: Double] {
    var result: [Int: Double] = [:]
    func descend(_ node: Int, _ above: Double) {
      let children = nodes[node].children
      let terms = children.indices.map { c in
        let mass = labels(below: children[c]).filter(matching.contains)
          .reduce(0) { $0 + weights[$1] }
        let score = x.reduce(0.0) { $0 + $1.value * (nodes[node].weights[c]?[$1.key] ?? 0) }
        return Double(mass) * exp(score)
      }
      let total = terms.reduce(0, +)
      for (child, term) in zip(children, terms) where term > 0 {
        switch child {
        case .label(let label): result[label] = above * term / total
        case .node(let next): descend(next, above * term / total)
        }
      }
    }
    if !matching.isEmpty { descend(0, 1) }
    return result
  }

  /// The `k` labels of `matching` of greatest weight, ties by id.
  public func popular(_ matching: [Int], _ k: Int) -> [Int] {
    Array(matching.sorted { (weights[$1], $0) < (weights[$0], $1) }.prefix(k))
  }

  /// The features of the context whose previous query is `previous`, by id.
  public func contextFeatures(_ previous: [UInt8]) -> [Int: Double] {
    var x: [Int: Double] = [:]
    func add(_ text: [UInt8], seed: UInt64) {
      if let feature = features[Self.hash(text, seed: seed) >> featureShift] {
        x[feature.id, default: 0] += feature.idf
      }
    }
    if previous.isEmpty { return x }
    for word in previous.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) }) {
      add(Array(word), seed: 1)
    }
    add(previous, seed: 2)
    let norm = x.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm > 0 ? x.mapValues { $0 / norm } : x
  }

  /// The words of `text`.
  public func words(_ text: [UInt8]) -> [[UInt8]] {
    text.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { Array($0) }
  }

  /// The key of a word in the word model.
  public static func wordKey(_ word: [UInt8]) -> UInt64 {
    hash(word, seed: 3)
  }

  /// ln P of the words of `rest` and then the end, after the last word of `head`.
  public func logProbability(ofRest rest: [UInt8], after head: [UInt8]) -> Double {
    let (begin, end, unknown) = (Self.finalize(1), Self.finalize(2), Self.finalize(3))
    func figures(_ word: UInt64) -> (p: Double, b: Double)? { words[word >> wordShift] }
    var previous = words(head).last.map(Self.wordKey) ?? begin
    var sum = 0.0
    for word in words(rest).map(Self.wordKey) + [end] {
      let pair = Self.finalize(Self.finalize(previous) &+ word)
      sum +=
        pairs[pair >> pairShift]
        ?? (figures(previous)?.b ?? 0) + (figures(word) ?? figures(unknown) ?? (0, 0)).p
      previous = word
    }
    return sum
  }

  static func finalize(_ value: UInt64) -> UInt64 {
    var z = value
    z ^= z >> 33
    z = z &* 0xff51_afd7_ed55_8ccd
    z ^= z >> 33
    z = z &* 0xc4ce_b9fe_1a85_ec53
    z ^= z >> 33
    return z
  }

  /// FNV-1a from a seeded basis, then the finaliser of MurmurHash3.
  public static func hash(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
    var hash = 0xcbf2_9ce4_8422_2325 ^ finalize(seed)
    for byte in bytes {
      hash ^= UInt64(byte)
      hash = hash &* 1_099_511_628_211
    }
    return finalize(hash)
  }
}
