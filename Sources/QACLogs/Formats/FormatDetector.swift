// Tells a file's format from its first bytes, and refuses files that are no log.

/// Asks all formats.
enum FormatDetector {
  /// Throws if `head`, unpacked, cannot be the beginning of a text file in UTF-8.
  static func checkIsText(_ head: UnsafeBufferPointer<UInt8>, path: String) throws(LogError) {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      throw .utf16(path: path, encoding: .utf16)
    }
    for (magic, program) in packers where head.starts(with: magic) {
      throw .packed(path: path, by: program)
    }
    let beginning = head.prefix(4096)
    guard beginning.contains(0) else { return }
    // Of Latin text in UTF-16 every second byte is 0.
    for (rest, encoding) in [(1, LogEncoding.utf16le), (0, .utf16be)] {
      let units = beginning.count / 2
      let zeros = (0..<units).count { head[2 * $0 + rest] == 0 }
      let others = (0..<units).count { head[2 * $0 + 1 - rest] == 0 }
      if units > 1, others == 0, zeros * 2 > units { throw .utf16(path: path, encoding: encoding) }
    }
    throw .binary(path: path)
  }

  private static let packers: [([UInt8], String)] = [
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd a second time"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz a second time"),
    ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41], "bzip2 a second time"),
    ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4"), ([0x1F, 0x8B], "gzip a second time"),
  ]

  /// What the file at `path` is taken for, which begins with `bytes`, unpacked; nil if it holds only
  /// blank lines.
  ///
  /// `bytes` are at least `LogHead.examinedBytes` unless the file is shorter.
  ///
  /// - Returns: The surest guess.
  /// - Throws: `LogError` if the file is no text, or of no format.
  static func guess(
    path: String, bytes: UnsafeBufferPointer<UInt8>, format: LogFormat, _ options: LogReadOptions
  ) throws(LogError) -> LogGuess? {
    var bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = .init(rebasing: bytes.dropFirst(3)) }
    let head = LogHead(
      path: path, bytes: bytes, columns: options.columns, salt: Array(options.salt.utf8),
      isNamed: format != .auto)
    if let definition = LogFormats.definition(format) {
      if !definition.isBinary { try checkIsText(bytes, path: path) }
      do throws(LogMismatch) {
        return noted(try definition.guess(head), head)
      } catch {
        throw .wrongFormat(path: path, format: format, reason: error.reason)
      }
    }
    var nearest = LogMismatch()
    if let guess = surest(of: head, isBinary: true, &nearest) { return guess }
    try checkIsText(bytes, path: path)
    if bytes.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }) { return nil }
    if let guess = surest(of: head, isBinary: false, &nearest) { return noted(guess, head) }
    throw .unknownFormat(path: path, nearest: nearest.reason)
  }

  /// `guess` with whether text is not UTF-8.
  private static func noted(_ guess: LogGuess, _ head: LogHead) -> LogGuess {
    guard LogFormats.definition(guess.layout.format)?.isUTF8 == true else { return guess }
    var guess = guess
    guess.isNotUTF8 = !head.lines.allSatisfy(LogText.isUTF8)
    return guess
  }

  private static func surest(
    of head: LogHead, isBinary: Bool, _ nearest: inout LogMismatch
  ) -> LogGuess? {
    var best: LogGuess?
    for definition in LogFormats.all where definition.isBinary == isBinary {
      do throws(LogMismatch) {
        let guess = try definition.guess(head)
        if guess.sureness > best?.sureness ?? 0 { best = guess }
        // None can be surer, and of equally sure ones the first is taken.
        if guess.sureness >= 1 { return guess }
      } catch {
        if error.nearness > nearest.nearness { nearest = error }
      }
    }
    return best
  }
}
