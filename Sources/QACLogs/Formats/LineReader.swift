// Reads formats with one entry per line.

#if canImport(Glibc)
  import Glibc
#endif

/// Parses the lines of a format.
protocol LogLineParser {
  /// Hands the entry of `line` to `body`. `isFirst` holds for the first line of the file that is
  /// not blank.
  mutating func parse(
    _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool, _ body: (LogEntry) throws(LogError) -> Void
  ) throws(LogError)
}

/// A reader of a format with one entry per line. A line ends at a LF and loses one CR before it.
struct LineReader<Parser: LogLineParser>: LogStreamReader {
  private var parser: Parser
  private var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
  private var isFirst = true
  private var bytes: Int64 = 0
  private var end: Int64 = 0
  /// Where the line that is taken begins, and where the one that is held does.
  private var lineStart: Int64 = 0
  private var heldStart: Int64 = 0

  init(_ parser: Parser) { self.parser = parser }

  var completeBytes: Int64? { end }
  var isByLine: Bool { true }

  mutating func skipBeginning() { isFirst = false }

  mutating func read(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    guard let base = piece.baseAddress else { return }
    var start = 0
    if feeder.isHolding {
      guard let end = piece.firstIndex(of: 0x0A) else { return hold(piece) }
      start = end + 1
      lineStart = heldStart
      try feed(.init(rebasing: piece[..<start]), body)
    }
    // Whole lines are cut here and not by the feeder: a closure for each line is slower.
    while let found = memchr(base + start, 0x0A, piece.count - start) {
      let end = UnsafeRawPointer(base).distance(to: found)
      var line = UnsafeBufferPointer(rebasing: piece[start..<end])
      if line.last == 0x0D { line = .init(rebasing: line.dropLast()) }
      lineStart = bytes + Int64(start)
      start = end + 1
      if line.count > feeder.maximumLength {
        try body(.bad(.length), 1)
      } else {
        try take(line, body)
      }
    }
    if start > 0 { self.end = bytes + Int64(start) }
    bytes += Int64(start)
    hold(.init(rebasing: piece[start...]))
  }

  /// Holds bytes in which no line ends.
  private mutating func hold(_ rest: UnsafeBufferPointer<UInt8>) {
    if !feeder.isHolding { heldStart = bytes }
    feeder.feed(rest) { _ in }
    bytes += Int64(rest.count)
  }

  /// Feeds the end of a line of which the beginning is held.
  private mutating func feed(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    var feeder = self.feeder
    // The copy has the buffers for itself.
    self.feeder = LineFeeder(maximumLength: feeder.maximumLength)
    try feeder.feed(bytes) { (line) throws(LogError) in try take(line, body) }
    self.feeder = feeder
  }

  mutating func finish(_ body: Body) throws(LogError) {
    lineStart = heldStart
    var feeder = self.feeder
    try feeder.finish { (line) throws(LogError) in try take(line, body) }
  }

  private mutating func take(_ line: LineFeeder.Line, _ body: Body) throws(LogError) {
    switch line {
    case .text(let text): try take(text, body)
    case .tooLong: try body(.bad(.length), 1)
    }
  }

  @inline(__always)
  private mutating func take(
    _ text: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    if LogText.isBlank(text) { return try body(.empty, 1) }
    let isFirst = self.isFirst
    self.isFirst = false
    let start = lineStart
    try parser.parse(text, isFirst: isFirst) { (entry) throws(LogError) in
      guard case .record(var record) = entry else { return try body(entry, 1) }
      record.position = .byte(start)
      try body(.record(record), 1)
    }
  }
}
