// Orders the candidates by score and folds near-duplicates into the best of them.
//
// Under the search profile, of two texts that differ in the order of their words, in spaces or in a plural s
// alone, only the likelier is suggested, unless the other is more than an eighth as likely: a spelling
// that people choose as often is a suggestion of its own. What was typed in full is never folded. A
// correction is folded into its plural or singular at once. What is blocked is passed over, and
// nothing is folded into it.
//
// Invariant: the order is total, and independent of the order in which candidates were gathered.
// Cost: O(candidates) to heap them, O(log candidates) a suggestion; O(length) a suggestion to fold.

import QACIndex
import QACText

extension CompletionEngine {
  /// Orders the candidates; keeps the first `limit` that differ and are not blocked, or all of these
  /// where it is nil.
  func rank(
    _ limit: Int?, folding: Bool, blocks: BlockedLabels?, _ scratch: CompletionScratch
  ) {
    scratch.ranking.removeAll(keepingCapacity: true)
    scratch.folds.removeAll(keepingCapacity: true)
    scratch.heap.removeAll(keepingCapacity: true)
    scratch.heap.append(contentsOf: 0..<scratch.candidates.count)
    for i in stride(from: scratch.heap.count / 2 - 1, through: 0, by: -1) { sink(i, scratch) }
    let folds = folding && foldsDuplicates && limit != nil
    while scratch.ranking.count < limit ?? Int.max, let best = scratch.heap.first {
      let last = scratch.heap.removeLast()
      if !scratch.heap.isEmpty {
        scratch.heap[0] = last
        sink(0, scratch)
      }
      // Whoever brought it: nothing that is blocked gets past here.
      if let blocks, isBlocked(best, blocks, scratch) { continue }
      if folds, isDuplicate(best, scratch) { continue }
      scratch.ranking.append(best)
    }
  }

  private func isBlocked(
    _ i: Int, _ blocks: BlockedLabels, _ scratch: CompletionScratch
  ) -> Bool {
    let candidate = scratch.candidates[i]
    if candidate.label != Candidate.noLabel { return blocks.contains(candidate.label) }
    return scratch.candidates.withText(of: candidate) {
      blocks.list.blocks($0, &scratch.rankingWork)
    }
  }

  private func sink(_ start: Int, _ scratch: CompletionScratch) {
    var i = start
    let item = scratch.heap[i]
    while true {
      var child = 2 * i + 1
      if child >= scratch.heap.count { break }
      if child + 1 < scratch.heap.count,
        precedes(scratch.heap[child + 1], scratch.heap[child], scratch)
      {
        child += 1
      }
      if !precedes(scratch.heap[child], item, scratch) { break }
      scratch.heap[i] = scratch.heap[child]
      i = child
    }
    scratch.heap[i] = item
  }

  private func precedes(_ a: Int, _ b: Int, _ scratch: CompletionScratch) -> Bool {
    let x = scratch.candidates[a]
    let y = scratch.candidates[b]
    if x.score != y.score { return x.score > y.score }
    if x.label != y.label { return x.label < y.label }
    if x.label != Candidate.noLabel { return false }
    return scratch.candidates.withText(of: x) { mine in
      scratch.candidates.withText(of: y) { mine.lexicographicallyPrecedes($0) }
    }
  }

  /// How much higher the score of a text is in whose favour a near-duplicate is left out: ln 8.
  private static let foldGap = 2.0794415416798357

  /// Whether a near-duplicate of candidate `i` is among the suggestions; if not, remembers it.
  private func isDuplicate(_ i: Int, _ scratch: CompletionScratch) -> Bool {
    let candidate = scratch.candidates[i]
    let (keys, length) = scratch.withNormalizedText(of: candidate, index.view) {
      (FoldKeys($0), $0.count)
    }
    let isTyped = length == scratch.prefix.count && candidate.correction == 0
    for (place, other) in scratch.folds.enumerated() where !isTyped {
      if keys.stems == other.stems || keys.letters == other.letters {
        let kept = scratch.candidates[scratch.ranking[place]].score
        if candidate.correction > 0 || kept - candidate.score > Self.foldGap { return true }
      }
    }
    scratch.folds.append(keys)
    return false
  }
}

/// Keys of a text that its near-duplicates share.
struct FoldKeys: Equatable {
  /// The same for the same words in another order, each without a plural s.
  var stems: UInt64 = 0
  /// The same for the same letters with spaces elsewhere, without a plural s at the end.
  var letters: UInt64 = 0

  /// The keys of `text`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var running = StableHash.start
    var beforeLast = StableHash.start
    var isPlural = false
    Tokenizer.forEachWord(text) { range in
      let word = UnsafeBufferPointer(rebasing: text[range])
      isPlural =
        word.count > 3 && word[word.count - 1] == UInt8(ascii: "s")
        && word[word.count - 2] != UInt8(ascii: "s")
      let stem = UnsafeBufferPointer(rebasing: word.dropLast(isPlural ? 1 : 0))
      stems &+= StableHash.of(stem, seed: 1)
      for byte in word {
        beforeLast = running
        running = StableHash.step(running, byte)
      }
    }
    letters = StableHash.mix(isPlural ? beforeLast : running)
  }
}
