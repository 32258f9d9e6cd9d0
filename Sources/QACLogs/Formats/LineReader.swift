// Reads formats with one entry per line.

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

  init(_ parser: Parser) { self.parser = parser }

  var completeBytes: Int64? { end }

  mutating func skipBeginning() { isFirst = false }

  mutating func read(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    if let last = piece.lastIndex(of: 0x0A) { end = bytes + Int64(last) + 1 }
    bytes += Int64(piece.count)
    // The copy has the buffers for itself.
    var feeder = self.feeder
    self.feeder = LineFeeder(maximumLength: 0)
    try feeder.feed(piece) { (line) throws(LogError) in try take(line, body) }
    self.feeder = feeder
  }

  mutating func finish(_ body: Body) throws(LogError) {
    var feeder = self.feeder
    try feeder.finish { (line) throws(LogError) in try take(line, body) }
  }

  @inline(__always)
  private mutating func take(_ line: LineFeeder.Line, _ body: Body) throws(LogError) {
    guard case .text(let text) = line else { return try body(.bad(.length), 1) }
    if LogText.isBlank(text) { return try body(.empty, 1) }
    let isFirst = self.isFirst
    self.isFirst = false
    try parser.parse(text, isFirst: isFirst) { (entry) throws(LogError) in try body(entry, 1) }
  }
}
