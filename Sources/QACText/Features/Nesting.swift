// Whether a text for a shell ends within quotes, brackets, or its second line.
//
// A verbatim text is not cut there: `'{print $1}'` is one word to its author, and the end of
// somebody's loop means nothing behind another command.
//
//     git commit -m "fix the    open: the quote goes on
//     echo $(date)              closed
//     echo it\'s                closed: the backslash takes the quote's meaning
//
// Cost: O(bytes). Simplified: it knows no here-documents and no comments.

/// Finds texts that end within something.
public enum Nesting {
  /// Whether `text` ends within quotes or brackets, or has a line break.
  public static func isOpen(_ text: some Sequence<UInt8>) -> Bool {
    var quote: UInt8?
    var depth = 0
    var isEscaped = false
    for byte in text {
      if byte == UInt8(ascii: "\n") { return true }
      if isEscaped {
        isEscaped = false
        continue
      }
      if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
        isEscaped = true
        continue
      }
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      default: break
      }
    }
    return quote != nil || depth > 0
  }
}
