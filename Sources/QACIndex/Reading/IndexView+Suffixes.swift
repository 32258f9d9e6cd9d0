// What completions are composed from: popular endings of queries, and the word model.
//
// A suffix is the end of a query from the beginning of a word on. Its parent is the suffix without
// its first word and the white space behind that; where a suffix is in the table, so is its parent.

public import QACBinary
import QACText

extension IndexView {
  /// Stands for the parent of a suffix of one word.
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

  /// `suffix` without its first word, or `noSuffix`.
  @inlinable
  public func parent(ofSuffix suffix: UInt32) -> UInt32 {
    suffixParents[Int(suffix)] &- 1
  }
}

/// Shapes of suffixes, for the writer and for whoever checks it.
public enum Suffix {
  /// The bytes of the longest suffix of a table.
  public static let mostBytes = 128

  /// The bytes of `text` before its second word, or nil where it has one word.
  public static func headCount(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    var i = 0
    while i < text.count, !Tokenizer.isSpace(text[i]) { i += 1 }
    while i < text.count, Tokenizer.isSpace(text[i]) { i += 1 }
    return i < text.count ? i : nil
  }

  /// The parent of each of `texts`, ascending, or `noSuffix` where it has one word; nil where one is
  /// missing.
  static func parents(of texts: SortedTexts) -> [UInt32]? {
    var result: [UInt32] = []
    result.reserveCapacity(texts.count)
    for i in 0..<texts.count {
      guard let head = headCount(texts[i]) else {
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
