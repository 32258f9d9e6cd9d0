// Measures how close suggestions come to a query that they miss: BLEU over words, weighted by rank.
//
//     BLEU_RR = (sum over ranks i of BLEU(suggestion i, query) / i) / (sum over ranks i of 1 / i)
//
// over the suggestions of an answer; 0 if there are none. BLEU is the geometric mean of the
// precisions of word 1- to 4-grams, times the brevity penalty. Because queries are short, one is
// added to the number of matched n-grams and to that of all n-grams of two words and more, so a
// query scores 1 against itself whatever its length.
//
// Cost: O(n log n) for the n words of a suggestion, of which at most `longest` are compared.
// Sources: Yadav et al. 2021 (arXiv:2012.07654), §5 (BLEU_RR); Papineni et al., ACL 2002, §2
// (BLEU); Lin and Och, COLING 2004, §4 (the smoothing; Yadav et al. do not say which one they
// used).

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// BLEU of suggestions against one query.
struct BLEU {
  /// The most words of a text that are compared.
  static let longest = 64
  private static let orders = 4

  private let reference: [[UInt64]]
  private let length: Int

  /// Prepares to compare suggestions with `query`, a normalised text.
  init(query: [UInt8]) {
    reference = Self.grams(query)
    length = reference[0].count
  }

  /// BLEU_RR of `suggestions`, normalised texts, best first.
  func weighted(_ suggestions: [[UInt8]]) -> Double {
    var sum = 0.0
    var weights = 0.0
    for (i, text) in suggestions.enumerated() {
      sum += score(text) / Double(i + 1)
      weights += 1 / Double(i + 1)
    }
    return weights == 0 ? 0 : sum / weights
  }

  /// BLEU of `text`, a normalised text, from 0 to 1.
  func score(_ text: [UInt8]) -> Double {
    let own = Self.grams(text)
    if own[0].isEmpty || length == 0 { return 0 }
    var logs = 0.0
    for n in 0..<Self.orders {
      let smoothing = n == 0 ? 0.0 : 1.0
      let matched = Double(Self.matches(own[n], reference[n])) + smoothing
      if matched == 0 { return 0 }
      logs += log(matched / (Double(own[n].count) + smoothing))
    }
    let brevity = min(0, 1 - Double(length) / Double(own[0].count))
    return exp(brevity + logs / Double(Self.orders))
  }

  /// How many of `own` are in `other`; each element of `other` counts once. Both are sorted.
  private static func matches(_ own: [UInt64], _ other: [UInt64]) -> Int {
    var (i, j, count) = (0, 0, 0)
    while i < own.count, j < other.count {
      if own[i] == other[j] {
        count += 1
        i += 1
        j += 1
      } else if own[i] < other[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return count
  }

  /// The hashes of the 1- to 4-grams of the words of `text`, each sorted.
  private static func grams(_ text: [UInt8]) -> [[UInt64]] {
    var words: [UInt64] = []
    text.withUnsafeBufferPointer { bytes in
      Tokenizer.forEachWord(bytes) { word in
        if words.count < longest {
          words.append(StableHash.of(UnsafeBufferPointer(rebasing: bytes[word]), seed: 0))
        }
      }
    }
    var result = [words.sorted()]
    var previous = words
    for n in 1..<orders {
      var next: [UInt64] = []
      for i in 0..<max(0, words.count - n) {
        next.append(StableHash.mix(previous[i] &* 31 &+ words[i + n]))
      }
      previous = next
      result.append(next.sorted())
    }
    return result
  }
}
