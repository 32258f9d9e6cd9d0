// Finds the words of a normalised text.
//
// A word is a maximal run of bytes that are not ASCII white space. Under `search` words are
// separated by single spaces. Under `verbatim` a word is what a shell user would call an argument,
// with its quotes.
// Cost: one pass over the bytes, no allocation.

/// Splits normalised UTF-8 text into words, as ranges of bytes.
public enum Tokenizer {
  /// Calls `body` with the byte range of each word of `bytes`, in order.
  ///
  /// - Complexity: O(`bytes.count`).
  @inlinable
  public static func forEachWord(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    var start = -1
    for i in 0..<bytes.count {
      if isSpace(bytes[i]) {
        if start >= 0 {
          body(start..<i)
          start = -1
        }
      } else if start < 0 {
        start = i
      }
    }
    if start >= 0 { body(start..<bytes.count) }
  }

  /// The byte ranges of the words of `bytes`, in order.
  ///
  /// - Complexity: O(`bytes.count`).
  @inlinable
  public static func words(_ bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { buffer in
      forEachWord(buffer) { result.append($0) }
    }
    return result
  }

  /// Whether `byte` separates words: a space, or one of tab to carriage return.
  @inlinable
  public static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte &- 0x09 < 5
  }
}
