// Words that people replaced right after: a query, and within a minute another that differs in one
// word.
//
// Invariant: the examples of a known person are in time order, as those of a log are.
// Cost: O(n log n) for n such pairs of queries.

/// How many people replaced one word by another.
struct OwnCorrections {
  /// Seconds within which a query puts the one before it right.
  static let seconds: Int64 = 60

  private var people: [UInt64: Int] = [:]
  /// The pairs of words that anybody replaced, ascending.
  private(set) var pairs: [(from: UInt32, to: UInt32)] = []

  init(_ set: TrainingSet, _ words: QueryWords) {
    var last: [UInt32: (query: UInt32, time: Int64)] = [:]
    var found: [(pair: UInt64, user: UInt32)] = []
    for example in set.examples where example.user != TrainingSet.none {
      let before = last.updateValue((example.query, example.time), forKey: example.user)
      guard let before, before.query != example.query,
        (0...Self.seconds).contains(example.time &- before.time),
        let pair = Self.difference(
          words.words(of: Int(before.query)), words.words(of: Int(example.query)))
      else { continue }
      found.append((pair, example.user))
    }
    found.sort { ($0.pair, $0.user) < ($1.pair, $1.user) }
    for (i, item) in found.enumerated() {
      if i > 0, found[i - 1] == item { continue }
      if i == 0 || found[i - 1].pair != item.pair {
        pairs.append((UInt32(item.pair >> 32), UInt32(truncatingIfNeeded: item.pair)))
      }
      people[item.pair, default: 0] += 1
    }
  }

  /// How many people replaced `from` by `to`.
  func people(from: UInt32, to: UInt32) -> Int { people[QueryWords.pair(from, to)] ?? 0 }

  /// The one word of `a` that is another in `b`, and this.
  private static func difference(_ a: ArraySlice<UInt32>, _ b: ArraySlice<UInt32>) -> UInt64? {
    if a.count != b.count { return nil }
    var pair: UInt64?
    for (from, to) in zip(a, b) where from != to {
      if pair != nil { return nil }
      pair = QueryWords.pair(from, to)
    }
    return pair
  }
}
