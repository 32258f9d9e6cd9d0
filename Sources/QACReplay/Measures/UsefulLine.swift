// When a line is useful: the query that is then submitted is that line, or continues it after the
// end of a word, because people take lines word by word.
//
//     typed "red sh", submitted "red shoes 9"
//     "red shoes"     useful: the query continues it after the end of a word
//     "red shoes 9"   useful: it is the query
//     "red sho"       not useful

import QACText

/// Says whether lines are useful.
enum UsefulLine {
  /// Whether `line` is useful to somebody who then submits `target`.
  ///
  /// - Parameters:
  ///   - line: The line, normalised.
  ///   - typedBytes: `typedBytes(of:)` what was typed. A shorter line adds nothing to it.
  ///   - target: The submitted query, normalised.
  /// - Returns: Whether it is useful.
  static func isUseful(_ line: [UInt8], typedBytes: Int, before target: [UInt8]) -> Bool {
    if line == target { return true }
    return line.count > typedBytes && target.count > line.count && target[line.count] == 0x20
      && target.starts(with: line)
  }

  /// The bytes of `prefix` without white space at its end, which begins no other word of a line.
  static func typedBytes(of prefix: ArraySlice<UInt8>) -> Int {
    prefix.count - prefix.reversed().prefix(while: Tokenizer.isSpace).count
  }
}
