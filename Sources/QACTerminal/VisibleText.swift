// Makes foreign text safe to write to a terminal.
//
// Invariant: the result holds no C0 or C1 control character, no DEL, no line or paragraph separator
// and no bidirectional control: nothing that moves a cursor, changes a mode or reorders a line.

/// Text that is safe to show.
public enum VisibleText {
  /// `text` with a visible placeholder for each character that could command the terminal.
  public static func of(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var visible = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { visible.append(placeholder(scalar) ?? scalar) }
    return String(visible)
  }

  /// The UTF-8 text `bytes`, made visible; invalid bytes become U+FFFD.
  public static func of(_ bytes: [UInt8]) -> String {
    of(String(decoding: bytes, as: UTF8.self))
  }

  /// `character`, made visible.
  public static func of(_ character: Character) -> String {
    of(String(character))
  }

  private static func placeholder(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x00...0x1F:
      // The Control Pictures block has a symbol for each.
      return Unicode.Scalar(0x2400 + scalar.value)
    case 0x7F: return "\u{2421}"
    case 0x80...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069,
      0xFEFF:
      return "\u{FFFD}"
    default: return nil
    }
  }
}
