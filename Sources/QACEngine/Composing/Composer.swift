// Composes completions that nobody may have typed before: what was typed, plus a popular suffix.
//
// The prefix is cut where its last word begins into head and tail (the unfinished word, perhaps
// empty):
//
//     cheap flights to b
//     \_______ ______/ \ tail
//             head               level 0: suffixes that begin with           "b"
//                                level 1: suffixes that begin with        "to b"
//                                level 2: suffixes that begin with "flights to b"
//
// Each level brings its heaviest suffixes. Without their head words they all begin with the tail,
// and the table has these shorter suffixes too, as parents. A completion is the head followed by
// one of them. Let c_k(s) be the weight of the head's last k words followed by s (a suffix of level
// k; 0 if there is none), and m_k and t_k the weight and the number of the suffixes of level k.
// Then
//
//     P_0(s) = c_0(s) / m_0
//     P_k(s) = (c_k(s) + t_k P_{k-1}(s)) / (m_k + t_k)     (interpolated Witten-Bell)
//
// and the score of a suffix is ln P_2. Only levels 1 and 2 complete an empty tail: what is popular
// after any word says nothing.
//
// Invariant: results are distinct suffixes that begin with the tail, by score descending, then by
// suffix ascending. Prefix and suffix are UTF-8 and are cut where words begin, so the composed text
// is UTF-8.
// Cost: three range searches of the suffix table, and O(log of its size) per result and level.
// Source: Mitra and Craswell, CIKM 2015, §3. We differ: head words are context, and counts are
// smoothed. Smoothing: Chen and Goodman 1999 (10.1006/csla.1999.0128), §2.5.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Finds suffixes for the end of a prefix; holds the working memory of one thread.
struct Composer {
  /// The most words of the head that are read.
  static let mostHeadWords = 2

  /// A completion: the first `offset` bytes of the prefix, then a suffix.
  struct Composition {
    /// The suffix.
    var suffix: UInt32
    /// c_0, c_1, c_2; negative where not yet known.
    fileprivate var counts: SIMD4<Double>
    /// ln P(suffix | head, tail).
    fileprivate(set) var logScore = 0.0
    /// The number of head words, 0 to 2, after which queries ended in this suffix.
    fileprivate(set) var evidence = 0

    fileprivate func precedes(_ other: Composition) -> Bool {
      logScore != other.logScore ? logScore > other.logScore : suffix < other.suffix
    }
  }

  private struct Level {
    /// The bytes from its first head word, or from the tail, to the end of the prefix.
    var count: Int
    var range: Range<Int>
    var mass: Double
  }

  /// What the last search found, best first.
  private(set) var results: [Composition] = []
  /// Where the tail of the last search begins in the prefix. Suffixes replace the tail.
  private(set) var offset = 0
  private var levels: [Level] = []
  private var popular: PopularSearch

  /// Makes working memory for an index of `suffixCount` suffixes.
  init(suffixCount: Int) {
    popular = PopularSearch(count: suffixCount)
    levels.reserveCapacity(Self.mostHeadWords + 1)
  }

  /// Finds at most `limit` suffixes for the end of `prefix`, which is normalised.
  mutating func search(_ view: IndexView, prefix: UnsafeBufferPointer<UInt8>, limit: Int) {
    results.removeAll(keepingCapacity: true)
    divide(view, prefix)
    if limit <= 0 { return }
    let hasTail = offset < prefix.count
    for k in levels.indices where k > 0 || hasTail { collect(view, level: k, limit) }
    for i in results.indices {
      complete(view, i, limit)
      score(i)
    }
    sort()
    if results.count > limit { results.removeLast(results.count - limit) }
  }

  /// Orders the results in place by insertion: they are few, and it allocates nothing.
  private mutating func sort() {
    for i in results.indices.dropFirst() {
      let moved = results[i]
      var place = i
      while place > 0, moved.precedes(results[place - 1]) {
        results[place] = results[place - 1]
        place -= 1
      }
      results[place] = moved
    }
  }

  /// Finds the words at the end of `prefix`, and the suffixes of each level. It reads no more bytes
  /// than the longest suffix has, because a longer text begins no suffix.
  private mutating func divide(_ view: IndexView, _ prefix: UnsafeBufferPointer<UInt8>) {
    levels.removeAll(keepingCapacity: true)
    let first = max(0, prefix.count - Suffix.mostBytes)
    let breaker = view.breaker
    offset = breaker.tailStart(of: prefix)
    if offset < first { return }
    var start = offset
    while true {
      let text = UnsafeBufferPointer(rebasing: prefix[start...])
      let range = view.suffixes.range(ofPrefix: text)
      levels.append(
        Level(count: text.count, range: range, mass: Double(view.suffixWeights.mass(of: range))))
      // Where one word of the head leads to nothing, more words lead to nothing too.
      if range.isEmpty || levels.count > Self.mostHeadWords { return }
      while start > first, Tokenizer.isSpace(prefix[start - 1]) { start -= 1 }
      let end = start
      start =
        first + breaker.lastWordStart(of: UnsafeBufferPointer(rebasing: prefix[first..<start]))
      let isWhole = start > first || first == 0 || Tokenizer.isSpace(prefix[first - 1])
      if start == end || !isWhole { return }
    }
  }

  /// Adds the heaviest suffixes of `level`, without their head words.
  private mutating func collect(_ view: IndexView, level: Int, _ limit: Int) {
    popular.search(view.suffixWeights, levels[level].range, limit: limit)
    for found in popular.top.items {
      var counts = SIMD4<Double>(repeating: -1)
      var suffix = found.label
      counts[level] = found.score
      for k in (0..<level).reversed() where suffix != IndexView.noSuffix {
        suffix = view.parent(ofSuffix: suffix)
        if suffix != IndexView.noSuffix { counts[k] = Double(view.suffixWeights[Int(suffix)]) }
      }
      // A suffix that is only the head words, or has other white space than was typed, completes
      // nothing.
      guard suffix != IndexView.noSuffix,
        view.suffixes[Int(found.label)].count - levels[level].count
          == view.suffixes[Int(suffix)].count - levels[0].count
      else { continue }
      if let i = results.firstIndex(where: { $0.suffix == suffix }) {
        results[i].counts.replace(with: counts, where: counts .>= 0)
      } else {
        results.append(Composition(suffix: suffix, counts: counts))
      }
    }
  }

  /// Looks up c_1 and c_2 of result `i` where they are not known yet.
  private mutating func complete(_ view: IndexView, _ i: Int, _ limit: Int) {
    for k in levels.indices where results[i].counts[k] < 0 {
      results[i].counts[k] = 0
      // A level with no more suffixes than the limit brought them all.
      if levels[k].range.count <= limit { continue }
      let rest = UnsafeBufferPointer(
        rebasing: view.suffixes[Int(results[i].suffix)][levels[0].count...])
      let row = view.suffixes.index(of: rest, in: levels[k].range, skipping: levels[k].count)
      if let row {
        results[i].counts[k] = Double(view.suffixWeights[row])
      }
    }
  }

  private mutating func score(_ i: Int) {
    var p = results[i].counts[0] / levels[0].mass
    for k in levels.indices.dropFirst() where !levels[k].range.isEmpty {
      let count = results[i].counts[k]
      let types = Double(levels[k].range.count)
      p = (count + types * p) / (levels[k].mass + types)
      if count > 0 { results[i].evidence = k }
    }
    results[i].logScore = log(p)
  }
}
