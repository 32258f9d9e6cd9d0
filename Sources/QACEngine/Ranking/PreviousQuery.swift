// How a candidate's text stands to what was typed and to the previous query: what is left to type,
// shared words, shared trigrams, whether it goes on from it.
//
// Cost: O(bytes of the previous query) for each completion; for each candidate O(its bytes x words
// of the previous query).

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

  private var trigrams = TrigramFilter()
  /// Where the words of the previous query lie in it.
  private var words: [Range<Int>] = []

  /// Reads the previous query of `completion`, if there is one.
  mutating func read(_ completion: borrowing Completion) {
    words.removeAll(keepingCapacity: true)
    if completion.previousEntry < 0 { return }
    completion.context.withText(of: completion.previousEntry) { previous in
      trigrams.set(previous)
      let read = UnsafeBufferPointer(rebasing: previous.prefix(Self.overlapBytes))
      completion.view.breaker.forEachWord(read) { words.append($0) }
    }
  }

  /// Sets the features of a candidate's text.
  ///
  /// - Parameters:
  ///   - row: The candidate's features.
  ///   - text: The candidate's normalised text.
  ///   - typedBytes: How many bytes of it stand for the prefix.
  ///   - completion: The completion that was read.
  @inline(__always)
  func set(
    _ row: FeatureRow, of text: UnsafeBufferPointer<UInt8>, typedBytes: Int,
    for completion: borrowing Completion
  ) {
    let rest = UnsafeBufferPointer(rebasing: text[typedBytes...])
    row[.remaining] = log(1 + Double(UTF8Scalars.count(rest)))
    if rest.isEmpty { row[.complete] = 1 }
    let breaker = completion.view.breaker
    if typedBytes > 0, breaker.isWordEnd(typedBytes, of: text) { row[.wordEnd] = 1 }
    guard completion.previousEntry >= 0 else { return }
    completion.context.withText(of: completion.previousEntry) { previous in
      if text.count > previous.count, text.hasPrefix(previous),
        breaker.isWordEnd(previous.count, of: text)
      {
        row[.extends] = 1
      }
      row[.similarity] = trigrams.share(of: text)
      row[.overlap] = overlap(of: text, with: previous, breaker)
    }
  }

  /// The share of the words of `text` that `previous` has too, 0 to 1.
  @inline(__always)
  private func overlap(
    of text: UnsafeBufferPointer<UInt8>, with previous: UnsafeBufferPointer<UInt8>,
    _ breaker: WordBreaker
  ) -> Double {
    let read = UnsafeBufferPointer(rebasing: text.prefix(Self.overlapBytes))
    // In a loop of its own, where no call sees the counts, they stay in registers.
    if !breaker.isPlain { return unspacedOverlap(of: read, with: previous, breaker) }
    var count = 0.0
    var known = 0.0
    Tokenizer.forEachWord(read) { word in
      count += 1
      if isKnown(UnsafeBufferPointer(rebasing: read[word]), previous) { known += 1 }
    }
    return count > 0 ? known / count : 0
  }

  /// The same with the words of `breaker`.
  @inline(never)
  private func unspacedOverlap(
    of read: UnsafeBufferPointer<UInt8>, with previous: UnsafeBufferPointer<UInt8>,
    _ breaker: WordBreaker
  ) -> Double {
    var count = 0.0
    var known = 0.0
    breaker.forEachWord(read) { word in
      count += 1
      if isKnown(UnsafeBufferPointer(rebasing: read[word]), previous) { known += 1 }
    }
    return count > 0 ? known / count : 0
  }

  /// Whether `word` is one of the words of `previous`.
  @inline(__always)
  private func isKnown(
    _ word: UnsafeBufferPointer<UInt8>, _ previous: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    words.contains {
      $0.count == word.count && UnsafeBufferPointer(rebasing: previous[$0]).equals(word)
    }
  }
}
