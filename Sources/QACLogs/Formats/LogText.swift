// Small checks of texts that formats share.

internal import QACJSON

/// Checks of texts.
enum LogText {
  /// Whether there is nothing but spaces and tabs.
  static func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in text where byte != 0x20 && byte != 0x09 { return false }
    return true
  }

  /// `text` without spaces and tabs around it.
  static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = text.count
    while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
    return .init(rebasing: text[start..<end])
  }

  /// Whether `text` is well-formed UTF-8.
  static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var i = 0
    while i < text.count {
      let length = UTF8Sequence.length(text, at: i)
      if length == 0 { return false }
      i += length
    }
    return true
  }

  /// Whether an export says by `text` that there was no query, or that it does not tell the query.
  static func isNoQuery(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if isBlank(text) { return true }
    guard text.count <= 24 else { return false }
    return noQueries.contains { text.elementsEqual($0.utf8) }
  }

  // Google Analytics; Matomo.
  private static let noQueries = [
    "(not set)", "(not provided)", "(other)", "Keyword not defined", "keyword not defined",
  ]

  /// Whether `text` begins a row that adds up others, as Google Ads writes them.
  static func isTotal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.starts(with: "Total: ".utf8)
  }
}
