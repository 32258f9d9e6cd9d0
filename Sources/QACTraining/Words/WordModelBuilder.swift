// Counts words and pairs of words, and smooths the counts into a word model.
//
// The smoothing is interpolated Witten-Bell. Let c(h, w) be the uses of w after h, c(h) their sum,
// t(h) the number of different words after h, and d(w) the number of different words before w. Then
//
//     P(w | h) = (c(h, w) + t(h) P(w)) / (c(h) + t(h))
//     P(w) = d(w) / (n + t),    unknown: 1 / (n + t)
//
// for n different pairs and t words in all; the end of a query counts as a word. P(w) is needed
// after words that w is not known to follow, and there the number of words that it follows matters
// more than its uses (0.001 MRR@10 on shell-commands, 0.0001 to 0.0004 elsewhere). Words beyond the
// `wordLimit` most frequent count as unknown words, and their probability goes to these. Pairs of
// unknown words, and pairs beyond the `pairLimit` most frequent, are not stored; their probability
// goes to B(h), so that the probabilities after h still add up to 1.
// Invariant: equal training sets give equal models; all sums are of whole numbers.
// Cost: O(p log p) for p words of distinct queries. Memory: 24 bytes per word.
// Source: Chen and Goodman 1999 (10.1006/csla.1999.0128), §2.5 (Witten-Bell) and §2.7 (d(w), from
// Kneser and Ney). We differ: the second is used within the first. Uses are weighted by
// submissions.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Builds word models.
struct WordModelBuilder {
  private struct Pair {
    var previous: UInt64
    var word: UInt64
    var count: UInt64
  }

  private let wordLimit: Int
  private let pairLimit: Int

  init(settings: BuildSettings) {
    wordLimit = settings.wordLimit
    pairLimit = settings.pairLimit
  }

  /// The model of the queries of `set`.
  func build(_ set: TrainingSet, breaks: WordTable = WordTable()) -> WordModel {
    var pairs = breaks.withBreaker { Self.pairs(of: set, $0) }
    if pairs.isEmpty { return WordModel() }
    let rare = forgetRare(&pairs)
    var contexts: [UInt64: Int] = [:]
    for pair in pairs { contexts[pair.word, default: 0] += 1 }
    let rareContexts = contexts.removeValue(forKey: WordKey.unknown) ?? 0
    let types = Double(contexts.count + rare)
    let total = Double(pairs.count) + types

    var model = WordModel()
    var unigram: [UInt64: Double] = [:]
    for (key, count) in contexts { unigram[key] = Double(count) / total }
    // The probability of rare words and of new words, spread evenly over them.
    let spread = types + Double(rare)
    unigram[WordKey.unknown] = (Double(rareContexts) + types) / total / spread
    var backoff: [UInt64: Double] = [:]
    let known = pairs.filter { $0.word != WordKey.unknown }
    let kept = Set(most(known, pairLimit).map { WordKey.pair($0.previous, $0.word) })
    var start = 0
    while start < pairs.count {
      let previous = pairs[start].previous
      var end = start
      var sum: UInt64 = 0
      while end < pairs.count, pairs[end].previous == previous {
        sum += pairs[end].count
        end += 1
      }
      let denominator = Double(sum) + Double(end - start)
      var keptSum: UInt64 = 0
      for pair in pairs[start..<end] where kept.contains(WordKey.pair(previous, pair.word)) {
        keptSum += pair.count
      }
      let left = 1 - Double(keptSum) / denominator
      backoff[previous] = left
      for pair in pairs[start..<end] {
        let key = WordKey.pair(previous, pair.word)
        if !kept.contains(key) { continue }
        let p = Double(pair.count) / denominator + left * (unigram[pair.word] ?? 0)
        model.pairs.append(WordModel.Pair(key: key, logProbability: Self.ln(p)))
      }
      start = end
    }
    unigram[WordKey.begin] = unigram[WordKey.unknown]
    model.words = unigram.map {
      WordModel.Word(
        key: $0.key, logProbability: Self.ln($0.value), logBackoff: Self.ln(backoff[$0.key] ?? 1))
    }
    model.words.sort { $0.key < $1.key }
    model.pairs = Self.withoutRepeats(model.pairs)
    return model
  }

  private static func ln(_ p: Double) -> Float {
    Float(log(min(1, max(p, Double.leastNormalMagnitude))))
  }

  /// Every pair of neighbouring words of the submitted queries, with its uses, ascending.
  private static func pairs(of set: TrainingSet, _ breaker: WordBreaker) -> [Pair] {
    let counts = set.usesOfTexts()
    var pairs: [Pair] = []
    for (query, text) in set.queries.enumerated() where counts[query] > 0 {
      text.withUnsafeBufferPointer { text in
        var previous = WordKey.begin
        breaker.forEachWord(text) { range in
          let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
          pairs.append(Pair(previous: previous, word: word, count: counts[query]))
          previous = word
        }
        if previous != WordKey.begin {
          pairs.append(Pair(previous: previous, word: WordKey.end, count: counts[query]))
        }
      }
    }
    return merged(pairs)
  }

  /// The pairs in ascending order, with equal ones added up.
  private static func merged(_ pairs: [Pair]) -> [Pair] {
    var result: [Pair] = []
    for pair in pairs.sorted(by: { ($0.previous, $0.word) < ($1.previous, $1.word) }) {
      if let last = result.last, last.previous == pair.previous, last.word == pair.word {
        result[result.count - 1].count += pair.count
      } else {
        result.append(pair)
      }
    }
    return result
  }

  /// Makes every word beyond the most frequent an unknown word; returns the number of such words.
  private func forgetRare(_ pairs: inout [Pair]) -> Int {
    var uses: [UInt64: UInt64] = [:]
    for pair in pairs where pair.word != WordKey.end { uses[pair.word, default: 0] += pair.count }
    if uses.count <= wordLimit { return 0 }
    let order = uses.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let rare = Set(order.dropFirst(wordLimit).map(\.key))
    for i in pairs.indices {
      if rare.contains(pairs[i].previous) { pairs[i].previous = WordKey.unknown }
      if rare.contains(pairs[i].word) { pairs[i].word = WordKey.unknown }
    }
    pairs = Self.merged(pairs)
    return rare.count
  }

  /// The `limit` pairs with the most uses; ties go by key.
  private func most(_ pairs: [Pair], _ limit: Int) -> [Pair] {
    if pairs.count <= limit { return pairs }
    return Array(
      pairs.sorted {
        $0.count != $1.count
          ? $0.count > $1.count : ($0.previous, $0.word) < ($1.previous, $1.word)
      }.prefix(limit))
  }

  /// The pairs in the order of their keys; of pairs with equal keys only the likelier.
  private static func withoutRepeats(_ pairs: [WordModel.Pair]) -> [WordModel.Pair] {
    var result: [WordModel.Pair] = []
    for pair in pairs.sorted(by: { ($0.key, $1.logProbability) < ($1.key, $0.logProbability) })
    where result.last?.key != pair.key {
      result.append(pair)
    }
    return result
  }
}
