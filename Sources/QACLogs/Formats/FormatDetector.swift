// Tells a file's format from its first bytes, and refuses files that are no log.

/// Asks all formats.
enum FormatDetector {
  /// Throws if `head`, unpacked, cannot be the beginning of a text file in UTF-8.
  static func checkIsText(_ head: UnsafeBufferPointer<UInt8>, path: String) throws(LogError) {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      throw .utf16(path: path)
    }
    for (magic, program) in packers where head.starts(with: magic) {
      throw .packed(path: path, by: program)
    }
    if head.prefix(4096).contains(0) { throw .binary(path: path) }
  }

  private static let packers: [([UInt8], String)] = [
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd a second time"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
    (Array("BZh".utf8), "bzip2"), ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4"), ([0x1F, 0x8B], "gzip a second time"),
  ]

  /// What the file at `path` is taken for, which begins with `bytes`, unpacked; nil if it holds only
  /// blank lines.
  ///
  /// `bytes` are at least `LogHead.examinedBytes` unless the file is shorter. `format` is what the
  /// user named, or `auto`.
  ///
  /// - Returns: The surest guess.
  /// - Throws: `LogError` if the file is no text, or of no format.
  static func guess(
    path: String, bytes: UnsafeBufferPointer<UInt8>, format: LogFormat, columns: LogColumns
  ) throws(LogError) -> LogGuess? {
    var bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = .init(rebasing: bytes.dropFirst(3)) }
    let head = LogHead(path: path, bytes: bytes, columns: columns, isNamed: format != .auto)
    if let definition = LogFormats.definition(format) {
      if !definition.isBinary { try checkIsText(bytes, path: path) }
      do throws(LogMismatch) {
        return try definition.guess(head)
      } catch {
        throw .wrongFormat(path: path, format: format, reason: error.reason)
      }
    }
    var nearest = LogMismatch()
    if let guess = surest(of: head, isBinary: true, &nearest) { return guess }
    try checkIsText(bytes, path: path)
    if bytes.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }) { return nil }
    if let guess = surest(of: head, isBinary: false, &nearest) { return guess }
    throw .unknownFormat(path: path, nearest: nearest.reason)
  }

  private static func surest(
    of head: LogHead, isBinary: Bool, _ nearest: inout LogMismatch
  ) -> LogGuess? {
    var best: LogGuess?
    for definition in LogFormats.all where definition.isBinary == isBinary {
      do throws(LogMismatch) {
        let guess = try definition.guess(head)
        if guess.sureness > best?.sureness ?? 0 { best = guess }
      } catch {
        if error.nearness > nearest.nearness { nearest = error }
      }
    }
    return best
  }
}
