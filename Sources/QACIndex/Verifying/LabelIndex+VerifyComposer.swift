// Checks the parts from which completions are composed: what divides texts into words, suffixes,
// their parents, and the word model.
//
// Cost: O(size of these sections).

import QACBinary
import QACText

extension LabelIndex {
  func verifySuffixes() throws(IndexError) {
    let v = view
    // Suffixes that no label ends in follow the labels, each once, and fill the rest of the text.
    var end = Int(v.labelOffsets[v.labelCount])
    for i in 0..<v.suffixes.count {
      let range = v.suffixes.range(i)
      try demand(
        range.upperBound <= v.labelText.count && range.count <= Suffix.mostBytes, .suffixSlices,
        "suffix \(i) is too long, or ends after the text")
      try demand(
        isBoundary(range.lowerBound, in: v.labelText)
          && isBoundary(range.upperBound, in: v.labelText), .suffixSlices,
        "suffix \(i) ends within a character")
      if range.lowerBound >= Int(v.labelOffsets[v.labelCount]) {
        try demand(range.lowerBound == end, .suffixSlices, "suffix \(i) is not where it must be")
        end = range.upperBound
      }
    }
    try demand(end == v.labelText.count, .labelText, "bytes belong to no text")
    try verifyOrder(v.suffixes, .suffixSlices)
    try verifyWeights(v.suffixWeights, sums: .suffixSums, maxima: .suffixMaxima)
    guard let parents = Suffix.parents(of: v.suffixes, v.breaker) else {
      throw .malformed(
        path: path, part: "section \(IndexSection.suffixSlices)",
        problem: "a suffix is there without its parent")
    }
    for (i, parent) in parents.enumerated() {
      try demand(
        v.suffixParents[i] == parent &+ 1, .suffixParents, "the parent of suffix \(i) is wrong")
    }
  }

  /// Checks the words that divide texts. It comes before what depends on where words begin.
  func verifyBreaks() throws(IndexError) {
    let breaker = view.breaker
    if breaker.isPlain { return }
    try verifyKeys(breaker.keys, starts: .breakStarts, keys: .breakKeys)
    for (i, cost) in breaker.costs.enumerated() {
      try demand(
        cost >> 8 < WordBreaker.none, .breakCosts, "key \(i) is no beginning of a word")
      try demand(
        cost & 0xFF >= cost >> 8, .breakCosts, "key \(i) is rarer as a beginning than as a word")
    }
  }

  func verifyWords() throws(IndexError) {
    let words = view.words
    try verifyKeys(words.words, starts: .wordStarts, keys: .wordKeys)
    try verifyKeys(words.pairs, starts: .pairStarts, keys: .pairKeys)
    if words.words.count == 0 { return }
    for key in [WordKey.begin, WordKey.end, WordKey.unknown] {
      try demand(
        words.knows(key), .wordKeys, "the beginning, the end or the unknown word is missing")
    }
  }
}
