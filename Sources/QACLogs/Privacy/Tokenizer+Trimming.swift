// Removes the white space around a typed text.

import QACText

extension Tokenizer {
  /// `text` without white space in front and, with `bothEnds`, at the end.
  static func trimmed(
    _ text: UnsafeBufferPointer<UInt8>, bothEnds: Bool
  ) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = text.count
    while start < end, isSpace(text[start]) { start += 1 }
    if bothEnds {
      while end > start, isSpace(text[end - 1]) { end -= 1 }
    }
    return UnsafeBufferPointer(rebasing: text[start..<end])
  }
}
