// The popular endings of queries from which completions are composed.
//
// A suffix is the end of a query, from the beginning of a word on. Its parent is the suffix without
// its first word and the white space after that, if there is any. If a suffix is in the table, so
// is its parent.

public import QACBinary
public import QACText

extension IndexView {
  /// Stands for the parent of a suffix of one word, which has none.
  public static let noSuffix = UInt32.max

  /// The suffixes' texts.
  @inlinable
  public var suffixes: SortedTexts {
    SortedTexts(slices: suffixSlices, of: labelText)
  }

  /// How many submitted queries ended in each suffix.
  @inlinable
  public var suffixWeights: WeightPyramid {
    WeightPyramid(sums: suffixSums, maxima: suffixMaxima)
  }

  /// The suffix that is `suffix` without its first word, or `noSuffix`.
  @inlinable
  public func parent(ofSuffix suffix: UInt32) -> UInt32 {
    suffixParents[Int(suffix)] &- 1
  }
}

/// The shapes of suffixes, which the writer makes and `LabelIndex.verify()` checks.
public enum Suffix {
  /// The bytes of the longest suffix that a table may have.
  public static let mostBytes = 128

  /// The number of bytes of `text` before its second word, or nil if it has only one.
  public static func headCount(
    _ text: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker
  ) -> Int? {
    if !breaker.isPlain {
      var words = 0
      var head: Int?
      breaker.forEachWord(text) { word in
        words += 1
        if words == 2 { head = word.lowerBound }
      }
      return head
    }
    var i = 0
    while i < text.count, !Tokenizer.isSpace(text[i]) { i += 1 }
    while i < text.count, Tokenizer.isSpace(text[i]) { i += 1 }
    return i < text.count ? i : nil
  }

  /// The parent of each of `texts`, which ascend: `noSuffix` for a text of one word. Nil if a
  /// parent is missing.
  static func parents(of texts: SortedTexts, _ breaker: WordBreaker) -> [UInt32]? {
    var result: [UInt32] = []
    result.reserveCapacity(texts.count)
    for i in 0..<texts.count {
      guard let head = headCount(texts[i], breaker) else {
        result.append(IndexView.noSuffix)
        continue
      }
      let rest = UnsafeBufferPointer(rebasing: texts[i][head...])
      guard let parent = texts.index(of: rest, in: 0..<texts.count) else { return nil }
      result.append(UInt32(parent))
    }
    return result
  }
}
