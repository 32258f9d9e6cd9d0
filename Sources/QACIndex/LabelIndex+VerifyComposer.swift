// Checks what completions are composed from: suffixes, their parents, and the word model.
//
// Cost: O(size of these sections).

extension LabelIndex {
  func verifySuffixes() throws(IndexError) {
    let v = view
    try demand(
      ascends(v.suffixOffsets, to: v.suffixText.count), .suffixOffsets,
      "the offsets do not ascend to the end of the text")
    try verifyText(v.suffixText, v.suffixOffsets, .suffixText)
    try verifyOrder(v.suffixes, .suffixText)
    for i in 0..<v.suffixes.count {
      try demand(
        v.suffixes[i].count <= Suffix.mostBytes, .suffixText, "suffix \(i) is too long")
    }
    try verifyWeights(v.suffixWeights, sums: .suffixSums, maxima: .suffixMaxima)
    guard let parents = Suffix.parents(of: v.suffixes) else {
      throw .malformed(
        path: path, part: "section \(IndexSection.suffixText)",
        problem: "a suffix is there without the one after its first word")
    }
    try demand(parents.elementsEqual(v.suffixParents), .suffixParents, "a parent is wrong")
  }

  func verifyWords() throws(IndexError) {
    let words = view.words
    let values = [
      (IndexSection.wordProbabilities, words.wordKeys, words.wordProbabilities),
      (.wordBackoffs, words.wordKeys, words.wordBackoffs),
      (.pairProbabilities, words.pairKeys, words.pairProbabilities),
    ]
    for (part, keys) in [(IndexSection.wordKeys, words.wordKeys), (.pairKeys, words.pairKeys)] {
      // Where a free slot is, every look-up ends.
      try demand(
        keys.isEmpty || keys.contains(KeyTable.free), part, "the table has no free slot")
      for (slot, key) in keys.enumerated() where key != KeyTable.free {
        try demand(
          KeyTable.slot(of: key, in: keys) == slot, part, "slot \(slot) is not found by its key")
      }
    }
    for (part, keys, numbers) in values {
      for (slot, value) in numbers.enumerated() {
        try demand(
          value.isFinite && value <= 0 && (keys[slot] != KeyTable.free || value == 0), part,
          "slot \(slot) holds no logarithm of a probability")
      }
    }
    if words.wordKeys.isEmpty { return }
    for key in [WordKey.begin, WordKey.end, WordKey.unknown] {
      try demand(
        KeyTable.slot(of: key, in: words.wordKeys) != nil, .wordKeys,
        "the beginning, the end or the unknown word is missing")
    }
  }
}
