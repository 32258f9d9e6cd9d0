// Finds the heaviest labels that hold the words of a prefix, in any order.
//
//     typed     "shoes running me"        two whole words, and the beginning of one
//     terms     shoes   running   me*     each the words that it may stand for
//     driver    the term with the fewest list entries; its lists are read heaviest label first
//
// An entry of the driver is looked for in the lists of the other whole words. What is in all of
// them is compared as text, which decides. If whole words find too few labels, each typed word may
// be the beginning of a word.
//
// Invariant: every result holds the typed words, each as another of its words, and is not in the
// range of labels that begin with the prefix. Without `mostSteps`, results would be the heaviest
// such labels, in the order of weight. Nothing is allocated once working memory has grown.
// Cost: a binary search of the words for each term; at most `mostSteps` entries per pass, each a
// few loads, and at most `mostTexts` comparisons with a label.
// Source: Gog, Pibiri, Venturini, SIGIR 2020, §3 (conjunctive search with a forward index). We
// differ: the forward index is the label's text.

import QACBinary
import QACIndex
import QACText

/// A label that holds the words of a prefix.
struct WordMatch {
  var label: UInt32
  /// How it holds them.
  var words: HeldWords
}

/// Finds labels by their words; holds the working memory of one thread.
struct WordSearch {
  /// The most words of a prefix that is searched for.
  static let mostTerms = 16
  /// The most bytes of such a prefix.
  private static let mostBytes = 128
  /// The fewest bytes of a single word that is searched for: fewer begin too many words.
  private static let fewestBytes = 3
  /// The most entries that one pass reads.
  private static let mostSteps = 1024
  /// The most labels that one pass compares as text.
  private static let mostTexts = 128
  /// The most words for which one unfinished word stands.
  private static let mostLists = 256
  /// If whole words find fewer labels than this, typed words may be beginnings of words.
  private static let fewMatches = 3

  /// A typed word.
  private struct Term {
    /// Where it lies in the prefix.
    var bytes: Range<Int>
    /// Whether it is finished: white space or another word follows it.
    var isWhole: Bool
    /// The listed words that begin with it.
    var words: Range<Int>
    /// Whether the first of these is the word itself.
    var isWord: Bool
  }

  /// A list of the driver, or of another whole word, as far as it was read.
  private struct Cursor {
    var next: Int
    var end: Int
    /// The entry at `next`.
    var entry: UInt32
  }

  /// What the last search found, heaviest first; labels of the second pass after those of the
  /// first.
  private(set) var matches: [WordMatch] = []
  /// How many of them hold the whole words that were typed, as they are.
  private(set) var exactCount = 0
  private var terms: [Term] = []
  /// The lists of the driver, as a heap with the least entry on top.
  private var driver: [Cursor] = []
  /// The lists of the other terms that stand for a single word.
  private var others: [Cursor] = []
  private var reader = HeldWordsReader()

  /// Finds at most `limit` labels that hold the words of the prefix.
  ///
  /// - Parameters:
  ///   - completion: The prefix, and what must not be found.
  ///   - lists: The word lists of its index.
  ///   - limit: The most labels.
  mutating func search(
    _ completion: borrowing Completion, _ lists: WordListsView, limit: Int
  ) {
    matches.removeAll(keepingCapacity: true)
    exactCount = 0
    if !divide(completion, lists) { return }
    if terms.allSatisfy({ !$0.isWhole || $0.isWord }) {
      run(completion, lists, limit, beginnings: false)
      exactCount = matches.count
    }
    if matches.count < min(Self.fewMatches, limit), terms.contains(where: \.isWhole) {
      run(completion, lists, limit, beginnings: true)
    }
  }

  /// Divides the prefix into terms; returns whether a label may hold them all.
  private mutating func divide(
    _ completion: borrowing Completion, _ lists: WordListsView
  ) -> Bool {
    terms.removeAll(keepingCapacity: true)
    let prefix = completion.prefix
    if prefix.count > Self.mostBytes { return false }
    var isSearched = true
    completion.view.breaker.forEachWord(completion.head) { word in
      isSearched = isSearched && addTerm(word, of: prefix, lists)
    }
    let tail = completion.tailStart..<prefix.count
    if !tail.isEmpty { isSearched = isSearched && addTerm(tail, of: prefix, lists) }
    guard isSearched, let first = terms.first else { return false }
    return terms.count > 1 || first.bytes.count >= Self.fewestBytes
  }

  /// Adds a typed word; returns whether a label may hold it.
  private mutating func addTerm(
    _ word: Range<Int>, of prefix: UnsafeBufferPointer<UInt8>, _ lists: WordListsView
  ) -> Bool {
    if terms.count == Self.mostTerms { return false }
    let words = lists.words.range(ofPrefix: UnsafeBufferPointer(rebasing: prefix[word]))
    if words.isEmpty { return false }
    terms.append(
      Term(
        bytes: word, isWhole: word.upperBound < prefix.count, words: words,
        isWord: lists.words[words.lowerBound].count == word.count))
    return true
  }

  /// The words for which a term stands in a pass.
  private func words(of term: Term, beginnings: Bool) -> Range<Int> {
    term.isWhole && !beginnings
      ? term.words.lowerBound..<term.words.lowerBound + 1 : term.words
  }

  /// Reads the driver's lists and keeps what holds all terms.
  private mutating func run(
    _ completion: borrowing Completion, _ lists: WordListsView, _ limit: Int, beginnings: Bool
  ) {
    open(lists, beginnings: beginnings)
    reader.set(
      terms.lazy.map { HeldWordsReader.Term(bytes: $0.bytes, isWhole: $0.isWhole && !beginnings) })
    let found = matches.count
    var texts = 0
    var last = UInt32.max
    for _ in 0..<Self.mostSteps {
      guard let entry = take(lists) else { return }
      // Of the lists of several words one label may be taken several times.
      let place = entry >> 1
      if place == last { continue }
      last = place
      // What begins with a single unfinished word begins with the prefix.
      if terms.count == 1, entry & 1 == 1, !terms[0].isWhole { continue }
      if !advanceOthers(to: place, lists) { continue }
      let label = lists.rankedLabels[Int(place)]
      if completion.range.contains(label) || completion.blocks(label) { continue }
      if matches[..<found].contains(where: { $0.label == label }) { continue }
      texts += 1
      let words = reader.read(
        completion.view.text(of: label), completion.view.breaker, holding: completion.prefix)
      if let words {
        matches.append(WordMatch(label: label, words: words))
        if matches.count == limit { return }
      }
      if texts == Self.mostTexts { return }
    }
  }

  /// Chooses the driver and opens its lists, and those of other terms that stand for one word.
  private mutating func open(_ lists: WordListsView, beginnings: Bool) {
    driver.removeAll(keepingCapacity: true)
    others.removeAll(keepingCapacity: true)
    var best = 0
    var fewest = Int.max
    for (i, term) in terms.enumerated() {
      let words = words(of: term, beginnings: beginnings)
      // A list takes about as long to open as some entries to read.
      let cost = lists.entryCount(of: words) + 8 * words.count
      if cost < fewest { (best, fewest) = (i, cost) }
    }
    for (i, term) in terms.enumerated() {
      let words = words(of: term, beginnings: beginnings)
      if i == best {
        for word in words.prefix(Self.mostLists) { driver.append(cursor(word, lists)) }
      } else if words.count == 1 {
        others.append(cursor(words.lowerBound, lists))
      }
    }
    for i in stride(from: driver.count / 2 - 1, through: 0, by: -1) { sink(i) }
  }

  private func cursor(_ word: Int, _ lists: WordListsView) -> Cursor {
    let list = lists.list(word)
    return Cursor(next: list.lowerBound, end: list.upperBound, entry: lists.places[list.lowerBound])
  }

  /// Takes the least entry of the driver's lists.
  @inline(__always)
  private mutating func take(_ lists: WordListsView) -> UInt32? {
    guard let top = driver.first else { return nil }
    if top.next + 1 < top.end {
      driver[0].next = top.next + 1
      driver[0].entry = lists.places[top.next + 1]
    } else {
      let last = driver.removeLast()
      if driver.isEmpty { return top.entry }
      driver[0] = last
    }
    sink(0)
    return top.entry
  }

  @inline(__always)
  private mutating func sink(_ start: Int) {
    var i = start
    let item = driver[i]
    while true {
      var child = 2 * i + 1
      if child >= driver.count { break }
      if child + 1 < driver.count, driver[child + 1].entry < driver[child].entry { child += 1 }
      if item.entry <= driver[child].entry { break }
      driver[i] = driver[child]
      i = child
    }
    driver[i] = item
  }

  /// Whether all other lists have `place`; reads them up to it, in doubling steps.
  @inline(__always)
  private mutating func advanceOthers(to place: UInt32, _ lists: WordListsView) -> Bool {
    for i in others.indices {
      var low = others[i].next
      let end = others[i].end
      if low < end, lists.places[low] >> 1 < place {
        var step = 1
        while low + step < end, lists.places[low + step] >> 1 < place {
          low += step
          step *= 2
        }
        low = (low + 1..<min(low + step, end)).partitioningIndex { lists.places[$0] >> 1 >= place }
        others[i].next = low
      }
      if low == end || lists.places[low] >> 1 != place { return false }
    }
    return true
  }
}
