// What was probably meant by a prefix with typing errors in its words.
//
// The prefix is cut into words. Each word that is unknown or rare gets a handful of others that may
// have been meant: words of the list within a small weighted edit distance (`TypoSearch` over
// `LabelWords`), the word and its neighbour without the space between, the word cut in two. These
// are edges of a lattice from the beginning of the prefix to its end, beside an edge for each word
// as it was typed:
//
//     red ------ iphonecase ------ 13
//       \-- rad    \-- iphone case
//
// The likeliest path is the reading (Viterbi): the word model says how likely each word is after
// the one before, and `ReadingCosts` how likely its errors are. What was typed is a path as well,
// so a prefix that is plausible as it is has no other reading. The last word is unfinished: it is
// as likely as the likeliest of the heaviest words that begin with it.
//
// Invariant: a reading differs from the prefix, and its cost is above 0.
// Cost: a look-up per word; for each of at most `mostSearched` words one `TypoSearch` and some
// look-ups per place where it may be cut; words x (`mostEdges`)^2 probabilities of pairs. A prefix
// of more than `mostBytes` or `mostWords` is not read. No allocation once working memory has grown.
// Source: Kernighan, Church, Gale, COLING 1990 (noisy channel); Viterbi, IEEE Trans. Inform. Theory
// 1967. Both are over words; the edges of several words are ours.

import QACBinary
import QACIndex
import QACText

/// Finds the reading of a prefix; holds the working memory of one thread.
struct PrefixReading {
  /// Bytes of the longest prefix that is read.
  static let mostBytes = 256
  /// Words of the longest prefix that is read.
  static let mostWords = 12
  /// The most words for which others are looked for: if more are unknown, this is another language.
  static let mostSearched = 4
  /// The most edges by distance for one word.
  static let mostEdges = 5
  /// Nodes of the walk for one word.
  static let nodeLimit = 256
  /// The most places at which a word is cut in two.
  static let mostCuts = 2

  /// A word of the prefix.
  struct Word {
    /// Its bytes in the prefix.
    var bytes: Range<Int>
    /// Whether it is the unfinished one.
    var isTail: Bool
    /// Whether it may be wrong: it has letters only (under `search` also digits), and is outside
    /// quotes.
    var isPlain: Bool
    /// The weight of the word in the list; of the unfinished one that of all words it begins.
    var weight: UInt64 = 0
  }

  /// One way to read the words from `from` up to but not including `to`.
  struct Edge {
    /// The most words that may come first.
    static let mostKeys = 4

    var from: Int
    var to: Int
    /// The text in `arena`.
    var text: Range<Int>
    /// The cost of the errors, in eighths; 0 for what was typed.
    var cost: UInt8
    /// Whether the unfinished word is in it.
    var isTail: Bool
    /// The keys of the words that may come first in it; unused places repeat the first.
    var keys: SIMD4<UInt64>
    /// The number of `keys`.
    var keyCount: Int
    /// The key of its last word.
    var last: UInt64
    /// ln P of what comes behind its first word, less what its errors and an unknown word cost.
    var inner: Double
    /// ln P of the best path from the beginning through this edge.
    var score = -Double.infinity
    /// The edge before on that path, or -1.
    var before = -1
  }

  let list: LabelWords?
  let isVerbatim: Bool
  var typos: TypoSearch
  /// The words near those of earlier prefixes.
  var memo = NearMemo()
  var popular: PopularSearch
  var words: [Word] = []
  var edges: [Edge] = []
  /// The texts of edges.
  var arena: [UInt8] = []
  /// The edges of the best path, the last first.
  private var path: [Int] = []

  /// The corrected prefix of the last search that found one.
  private(set) var text: [UInt8] = []
  /// What its errors cost, in full errors.
  private(set) var cost: Float = 0
  /// Whether a finished word differs.
  private(set) var changesHead = false
  /// Whether a finished word differs, and what was typed is far less likely.
  private(set) var isCertain = false

  /// Makes working memory for completions of `engine`.
  init(_ engine: CompletionEngine) {
    list = engine.words
    isVerbatim = engine.index.profile == .verbatim
    let labelCount = engine.words?.view.labelCount ?? 1
    typos = TypoSearch(labelCount: labelCount, trie: engine.words?.trie ?? engine.trie)
    popular = PopularSearch(labelCount: labelCount)
  }

  /// Finds the reading of `prefix`.
  ///
  /// - Parameters:
  ///   - prefix: Normalised UTF-8.
  ///   - model: The word model of the index.
  ///   - context: The session: a word of its own queries is no error.
  ///   - margin: How much likelier, as a logarithm, the reading must be than what was typed.
  /// - Returns: False if the prefix is plausible as it is; else the reading is `text`.
  mutating func find(
    _ prefix: UnsafeBufferPointer<UInt8>, model: WordModelView, context: borrowing SessionContext,
    margin: Double
  ) -> Bool {
    guard let list, prefix.count <= Self.mostBytes, divide(prefix), weigh(prefix, list, context)
    else { return false }
    edges.removeAll(keepingCapacity: true)
    arena.removeAll(keepingCapacity: true)
    for i in words.indices {
      addTyped(i, prefix, list)
      if isDoubtful(i, list) {
        addNear(i, prefix, list)
        if words[i].weight == 0 { addCuts(i, prefix, list, model) }
      }
      if i + 1 < words.count { addJoined(i, prefix, list) }
    }
    guard let best = choose(model) else { return false }
    let gain = edges[best].score - typedScore(model)
    if gain < margin || !write(best, prefix) { return false }
    isCertain = changesHead && gain >= ReadingCosts.certain
    return true
  }

  /// Writes the path that ends with edge `last`; false if it is what was typed.
  private mutating func write(_ last: Int, _ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    path.removeAll(keepingCapacity: true)
    var at = last
    var sum = 0
    changesHead = false
    while at >= 0 {
      path.append(at)
      sum += Int(edges[at].cost)
      if edges[at].cost > 0, !edges[at].isTail || edges[at].to - edges[at].from > 1 {
        changesHead = true
      }
      at = edges[at].before
    }
    if sum == 0 { return false }
    cost = Float(sum) / Float(TypoCosts.unit)
    text.removeAll(keepingCapacity: true)
    var end = 0
    for e in path.reversed() {
      text.append(contentsOf: prefix[end..<words[edges[e].from].bytes.lowerBound])
      text.append(contentsOf: arena[edges[e].text])
      end = words[edges[e].to - 1].bytes.upperBound
    }
    text.append(contentsOf: prefix[end...])
    return true
  }

  /// Overwrites what was typed last.
  mutating func wipe() {
    arena.wipe()
    text.wipe()
    typos.wipe()
    memo.wipe()
    words.removeAll(keepingCapacity: true)
    edges.removeAll(keepingCapacity: true)
  }
}
