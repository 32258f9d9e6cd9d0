// How a label holds the words of a prefix, and the comparison that decides whether it does.
//
// Each typed word takes another word of the label: whole words first, then longer beginnings before
// shorter ones. A beginning that begins with another one fits fewer words than it, so this order
// finds places for all if there are any.
//
// Cost: O(bytes of the label + typed words x words of the label).

import QACText

/// How a label holds the words of a prefix.
struct HeldWords {
  /// The number of the prefix's words; 0 for a candidate that does not hold them elsewhere.
  var count: UInt8 = 0
  /// The words of the label before the first one that was typed.
  var before: UInt8 = 0
  /// The words of the label that were not typed.
  var untyped: UInt8 = 0
  /// Typed words, other than the last, that only begin a word of the label.
  var begun: UInt8 = 0
  /// Whether the label has the typed words in another order.
  var isReordered = false
  /// The bytes of the label up to the end of what stands for the last typed word.
  var typedBytes: Int32 = 0
  /// How often the label followed the previous query, by the index; its source counts it.
  var followed = 0.0
  /// How often it followed the queries before that, discounted by their distance.
  var followedEarlier = 0.0
}

/// Compares labels with the words of a prefix; holds the working memory of one thread.
struct HeldWordsReader {
  /// A typed word.
  struct Term {
    /// Where it lies in the prefix.
    var bytes: Range<Int>
    /// Whether a word of the label must be equal to it.
    var isWhole: Bool
  }

  /// The typed words, in the order in which they take words of a label.
  private var terms: [(term: Term, place: Int)] = []
  /// The words of the label.
  private var words: [Range<Int>] = []
  /// For each typed word, the number of the label's word that it took.
  private var taken: [Int] = []

  /// Takes the typed words, in the order in which they were typed.
  mutating func set(_ typed: some Sequence<Term>) {
    terms.removeAll(keepingCapacity: true)
    for (place, term) in typed.enumerated() {
      var i = terms.count
      while i > 0, Self.precedes(term, terms[i - 1].term) { i -= 1 }
      terms.insert((term, place), at: i)
    }
  }

  private static func precedes(_ a: Term, _ b: Term) -> Bool {
    a.isWhole != b.isWhole ? a.isWhole : a.bytes.count > b.bytes.count
  }

  /// How `text`, divided by `breaker`, holds the typed words, which lie in `prefix`; nil if it does
  /// not.
  mutating func read(
    _ text: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker = .plain,
    holding prefix: UnsafeBufferPointer<UInt8>
  ) -> HeldWords? {
    words.removeAll(keepingCapacity: true)
    breaker.forEachWord(text) { words.append($0) }
    if words.count < terms.count { return nil }
    taken.removeAll(keepingCapacity: true)
    for _ in terms { taken.append(-1) }
    for (term, place) in terms {
      let typed = UnsafeBufferPointer(rebasing: prefix[term.bytes])
      guard let word = word(of: text, for: typed, isWhole: term.isWhole) else { return nil }
      taken[place] = word
    }
    return held(prefix)
  }

  /// The first word of the label that is not taken and fits `typed`.
  @inline(__always)
  private func word(
    of text: UnsafeBufferPointer<UInt8>, for typed: UnsafeBufferPointer<UInt8>, isWhole: Bool
  ) -> Int? {
    for (i, word) in words.enumerated() {
      if word.count < typed.count || (isWhole && word.count != typed.count) { continue }
      if text[word.lowerBound] != typed[0] || taken.contains(i) { continue }
      if UnsafeBufferPointer(rebasing: text[word]).hasPrefix(typed) { return i }
    }
    return nil
  }

  private func held(_ prefix: UnsafeBufferPointer<UInt8>) -> HeldWords {
    var held = HeldWords()
    held.count = UInt8(clamping: terms.count)
    held.untyped = UInt8(clamping: words.count - terms.count)
    held.before = UInt8(clamping: taken.min() ?? 0)
    for i in 1..<max(1, taken.count) where taken[i] < taken[i - 1] { held.isReordered = true }
    for (term, place) in terms {
      let word = words[taken[place]]
      if place + 1 < terms.count {
        if word.count > term.bytes.count { held.begun += 1 }
      } else {
        held.typedBytes = Int32(word.lowerBound + term.bytes.count)
      }
    }
    return held
  }
}
