// How a candidate's text stands to what was typed and to the previous query: what is left to type,
// shared words, shared trigrams, whether it goes on from it.
//
// What a text shares with the previous query is the same on each key, and is remembered
// (`TextMemo`). Trigrams are quickly counted and mostly weigh more; so only shared words may wait.
// Cost: for each candidate O(scalars that are left to type); for each that is new to the previous
// query O(its bytes), and where its shared words are asked for O(its bytes x words of that query);
// O(bytes of that query) where there are any.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The previous query, prepared for comparison; holds the working memory of one thread.
struct PreviousQuery {
  /// Bytes of a query in which shared words are looked for. Comparing each word with each costs the
  /// square of it, and a query may be as long as a request: 64 KiB would take seconds.
  private static let overlapBytes = 512

  /// What a text shares with the previous query.
  private struct Likeness {
    var extends = false
    var similarity = 0.0
    /// NaN where it was not asked for yet.
    var overlap = Double.nan
  }

  private var memo = TextMemo(Likeness())
  /// The hash of the previous query, spread.
  private var key: UInt64 = 0
  /// Whether trigrams and words are those of the previous query.
  private var isRead = false
  private var trigrams = TrigramFilter()
  /// Where the words of the previous query lie in it.
  private var words: [Range<Int>] = []
  /// ln(1 + n) of small n.
  private let logs = (0..<64).map { log(1 + Double($0)) }

  /// Begins with another completion.
  mutating func begin(_ completion: borrowing Completion) {
    isRead = false
    if completion.previousEntry < 0 { return }
    key = StableHash.mix(completion.context.entries[completion.previousEntry].hash)
  }

  /// Reads the previous query.
  private mutating func read(_ previous: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker) {
    isRead = true
    trigrams.set(previous)
    words.removeAll(keepingCapacity: true)
    breaker.forEachWord(UnsafeBufferPointer(rebasing: previous.prefix(Self.overlapBytes))) {
      words.append($0)
    }
  }

  /// Sets the features of a candidate's text.
  ///
  /// - Parameters:
  ///   - row: The candidate's features.
  ///   - text: The candidate's normalised text.
  ///   - hash: The candidate's hash.
  ///   - typedBytes: How many bytes of it stand for the prefix.
  ///   - defers: Whether the words that the text shares with the previous query may wait until they
  ///     are asked for, if they are not remembered.
  ///   - completion: The completion that was begun.
  /// - Returns: Whether these wait (`finish`).
  @inline(__always)
  mutating func set(
    _ row: FeatureRow, of text: UnsafeBufferPointer<UInt8>, hash: UInt64, typedBytes: Int,
    defers: Bool, for completion: borrowing Completion
  ) -> Bool {
    let rest = UTF8Scalars.count(UnsafeBufferPointer(rebasing: text[typedBytes...]))
    row[.remaining] = rest < logs.count ? logs[rest] : log(1 + Double(rest))
    if typedBytes == text.count { row[.complete] = 1 }
    if typedBytes > 0, completion.view.breaker.isWordEnd(typedBytes, of: text) {
      row[.wordEnd] = 1
    }
    guard completion.previousEntry >= 0 else { return false }
    let likeness = memo.find(hash ^ key) ?? compare(text, hash, for: completion)
    if likeness.extends { row[.extends] = 1 }
    row[.similarity] = likeness.similarity
    if !likeness.overlap.isNaN {
      row[.overlap] = likeness.overlap
    } else if defers {
      return true
    } else {
      finish(row, of: text, hash: hash, for: completion)
    }
    return false
  }

  /// Sets the words that a text shares with the previous query, and remembers them; `set` has set
  /// the rest.
  mutating func finish(
    _ row: FeatureRow, of text: UnsafeBufferPointer<UInt8>, hash: UInt64,
    for completion: borrowing Completion
  ) {
    if completion.previousEntry < 0 { return }
    if let known = memo.find(hash ^ key), !known.overlap.isNaN {
      row[.overlap] = known.overlap
      return
    }
    let breaker = completion.view.breaker
    let overlap = completion.context.withText(of: completion.previousEntry) { previous in
      if !isRead { read(previous, breaker) }
      return words.withUnsafeBufferPointer { Self.overlap(of: text, with: previous, $0, breaker) }
    }
    row[.overlap] = overlap
    memo.insert(
      Likeness(extends: row[.extends] == 1, similarity: row[.similarity], overlap: overlap),
      hash ^ key)
  }

  /// What shared words can add to a score at most, and a little more than rounding can.
  static func mostOverlap(_ weights: [Double]) -> Double {
    1e-6 + max(0, weights[RankerFeature.overlap.rawValue])
  }

  /// Compares `text`, of this hash, with the previous query, but for shared words, and remembers
  /// what both share.
  @inline(never)
  private mutating func compare(
    _ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64, for completion: borrowing Completion
  ) -> Likeness {
    let breaker = completion.view.breaker
    let likeness = completion.context.withText(of: completion.previousEntry) { previous in
      if !isRead { read(previous, breaker) }
      return Likeness(
        extends: text.count > previous.count && text.hasPrefix(previous)
          && breaker.isWordEnd(previous.count, of: text),
        similarity: trigrams.share(of: text))
    }
    memo.insert(likeness, hash ^ key)
    return likeness
  }

  /// The share of the words of `text` that are among `words`, those of `previous`: 0 to 1.
  @inline(__always)
  private static func overlap(
    of text: UnsafeBufferPointer<UInt8>, with previous: UnsafeBufferPointer<UInt8>,
    _ words: UnsafeBufferPointer<Range<Int>>, _ breaker: WordBreaker
  ) -> Double {
    let read = UnsafeBufferPointer(rebasing: text.prefix(overlapBytes))
    // In a loop of its own, where no call sees the counts, they stay in registers.
    if !breaker.isPlain { return unspacedOverlap(of: read, with: previous, words, breaker) }
    var count = 0.0
    var known = 0.0
    Tokenizer.forEachWord(read) { word in
      count += 1
      if isKnown(UnsafeBufferPointer(rebasing: read[word]), previous, words) { known += 1 }
    }
    return count > 0 ? known / count : 0
  }

  /// The same with the words of `breaker`.
  @inline(never)
  private static func unspacedOverlap(
    of read: UnsafeBufferPointer<UInt8>, with previous: UnsafeBufferPointer<UInt8>,
    _ words: UnsafeBufferPointer<Range<Int>>, _ breaker: WordBreaker
  ) -> Double {
    var count = 0.0
    var known = 0.0
    breaker.forEachWord(read) { word in
      count += 1
      if isKnown(UnsafeBufferPointer(rebasing: read[word]), previous, words) { known += 1 }
    }
    return count > 0 ? known / count : 0
  }

  /// Whether `word` is one of the `words` of `previous`.
  @inline(__always)
  private static func isKnown(
    _ word: UnsafeBufferPointer<UInt8>, _ previous: UnsafeBufferPointer<UInt8>,
    _ words: UnsafeBufferPointer<Range<Int>>
  ) -> Bool {
    words.contains {
      $0.count == word.count && UnsafeBufferPointer(rebasing: previous[$0]).equals(word)
    }
  }
}
