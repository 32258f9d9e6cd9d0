// Tells a log's format and its unit of time from its first bytes, and refuses files that are no
// log.

/// Looks at the beginning of a file.
enum FormatDetector {
  /// How many lines that are not blank are looked at, and within how many bytes at most.
  static let examinedLines = 100
  static let examinedBytes = 1 << 16

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

  /// The format to which most of the first lines of `head` belong, or nil.
  static func format(of head: UnsafeBufferPointer<UInt8>) -> LogFormat? {
    most(of: head, vote)
  }

  /// The unit of most times in the first lines of `head`; the larger unit at a tie.
  static func unit(of head: UnsafeBufferPointer<UInt8>, _ format: LogFormat) -> TimeUnit {
    var parser = LineParser(format, .seconds)
    return most(of: head) { parser.timeNumber($0).map(TimeUnit.of) } ?? .seconds
  }

  /// The choice that most of the first lines of `head` vote for; at a tie the first in the order of
  /// the cases; nil if no line votes.
  private static func most<Choice: Hashable & CaseIterable>(
    of head: UnsafeBufferPointer<UInt8>, _ vote: (UnsafeBufferPointer<UInt8>) -> Choice?
  ) -> Choice? {
    var votes: [Choice: Int] = [:]
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
    var examined = 0
    func examine(_ line: LineFeeder.Line) {
      guard case .text(let text) = line, examined < examinedLines, !LineParser.isBlank(text)
      else { return }
      examined += 1
      if let choice = vote(text) { votes[choice, default: 0] += 1 }
    }
    feeder.feed(UnsafeBufferPointer(rebasing: head.prefix(examinedBytes)), examine)
    // A beginning without a whole line is a short file, or a line that is too long for any format.
    if examined == 0 { feeder.finish(examine) }
    var best: Choice?
    for choice in Choice.allCases
    where votes[choice, default: 0] > best.map({ votes[$0, default: 0] }) ?? 0 {
      best = choice
    }
    return best
  }

  private static func vote(_ line: UnsafeBufferPointer<UInt8>) -> LogFormat? {
    if LineParser.isAOLHeader(line) { return .aol }
    if line.first(where: { $0 != 0x20 }) == 0x7B { return .jsonl }
    guard let columns = Columns(line) else { return nil }
    if columns.count == 2 {
      return NumberParser.count(columns[1]) == nil ? nil : .queries
    }
    guard columns.count >= 3 else { return nil }
    if NumberParser.date(columns[2]) != nil { return .aol }
    if columns.count == 4 { return NumberParser.time(columns[1]) == nil ? nil : .places }
    guard columns.count == 3 else { return nil }
    let time = NumberParser.time(columns[1])
    guard NumberParser.count(columns[2]) != nil else { return time == nil ? nil : .events }
    // Both columns are numbers: one that could be a time since 1973 is taken for a time.
    return (time ?? 0) >= 100_000_000 ? .events : .pairs
  }
}
