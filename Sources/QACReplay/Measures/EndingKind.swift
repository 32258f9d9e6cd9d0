// What was still to come of a query that the index does not have as a label.
//
// Nobody can guess such a query whole unless its words are known in that order. So figures of
// unseen queries are told by what was still to come: the words from the unfinished one on, the
// ending.
//
//     submitted   "red running shoes size 9"
//     typed       "red run"                      ending  "running shoes size 9"
//
// What is known is what the part of the log to learn from has.
// Cost: one pass over the queries of that part; an entry per word, pair of words and ending. Of a
// request, a look-up per word of its ending.

public import QACLogs
import QACText

/// What is still to come of an unseen query.
public enum EndingKind: String, Sendable, CaseIterable {
  /// One known word, which followed the one before it in some query.
  case followed
  /// One known word, never after the one before it, but at the end of other queries.
  case endsOthers
  /// Several words that end other queries.
  case knownEnding
  /// Known words, in an order never seen.
  case newOrder
  /// Known words, of which nothing is finished yet.
  case nothingFinished
  /// A word never seen is among them.
  case newWord
}

/// The words, pairs of words and endings of the part of a log to learn from.
public struct KnownEndings: Sendable {
  private var words: Set<UInt64> = []
  private var pairs: Set<UInt64> = []
  private var endings: Set<UInt64> = []

  /// Collects what is known.
  public init(_ log: QueryLog, _ split: LogSplit) {
    var isKnown = [Bool](repeating: false, count: log.queries.normalized.count)
    for (i, observation) in log.observations.enumerated() where split.count(i, in: .learn) > 0 {
      isKnown[Int(observation.query)] = true
    }
    for (query, text) in log.queries.normalized.enumerated() where isKnown[query] {
      let keys = Tokenizer.words(text).map { Self.key(text[$0]) }
      words.formUnion(keys)
      pairs.formUnion(zip(keys, keys.dropFirst()).map { Self.step($0, $1) })
      for start in keys.indices { endings.insert(Self.ending(keys[start...])) }
    }
  }

  /// What is still to come of `target` after its beginning of `typed` bytes; both are normalised.
  public func kind(of target: [UInt8], typed: Int) -> EndingKind {
    let parts = Tokenizer.words(target)
    let begun = parts.firstIndex { $0.upperBound >= typed } ?? max(0, parts.count - 1)
    let keys = parts.map { Self.key(target[$0]) }
    let ending = keys[begun...]
    if !ending.allSatisfy(words.contains) { return .newWord }
    if begun == 0 { return .nothingFinished }
    if ending.count == 1, pairs.contains(Self.step(keys[begun - 1], keys[begun])) {
      return .followed
    }
    if !endings.contains(Self.ending(ending)) { return .newOrder }
    return ending.count == 1 ? .endsOthers : .knownEnding
  }

  private static func key(_ word: ArraySlice<UInt8>) -> UInt64 {
    word.withUnsafeBufferPointer { StableHash.of($0, seed: 0) }
  }

  private static func step(_ a: UInt64, _ b: UInt64) -> UInt64 {
    StableHash.mix(StableHash.mix(a) ^ b)
  }

  private static func ending(_ keys: ArraySlice<UInt64>) -> UInt64 {
    keys.reduce(UInt64(keys.count), step)
  }
}
