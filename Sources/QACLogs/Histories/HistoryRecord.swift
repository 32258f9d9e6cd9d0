// Makes the entries of logs of what the readers of histories find.

/// Turns items of a history into entries of a log.
struct HistoryRecord {
  /// The session of all commands of a history; who that is, only the caller of a reader knows.
  static let session = "history"
  private static let key = Array(session.utf8)

  private let hasTimes: Bool
  /// The number of the last line that was handed out.
  private var line = 0

  init(hasTimes: Bool) { self.hasTimes = hasTimes }

  /// Hands `item` to `body`.
  mutating func hand(_ item: HistoryItem, to body: LogStreamReader.Body) throws(LogError) {
    switch item {
    case .entry(let entry):
      let lines = lines(through: entry.lastLine)
      try Self.key.withUnsafeBufferPointer { (key) throws(LogError) in
        var record = LogRecord(
          key: hasTimes ? key : .init(rebasing: key[..<0]), query: entry.command,
          time: entry.time ?? 0)
        if let thread = entry.thread { record.thread = thread }
        if let directory = entry.directory { record.place = directory }
        record.outcome = entry.exitStatus.map { $0 == 0 ? .ok : .failed }
        try body(.record(record), lines)
      }
    case .leftOut(let reason, _, let last): try body(.leftOut(reason), lines(through: last))
    case .stray(let line): try body(.bad(.entry), lines(through: line))
    }
  }

  private mutating func lines(through last: Int) -> Int {
    defer { line = last }
    return last - line
  }

  /// What the records of a history have.
  static func layout(_ format: LogFormat, hasTimes: Bool) -> LogLayout {
    var layout = LogLayout(format)
    layout.hasTimes = hasTimes
    layout.hasSessions = hasTimes
    return layout
  }

  /// Guesses by the share of the first entries that have a time, or by the file's name. With
  /// `hasTimes` the shell writes times always.
  static func guess<Decoder: HistoryDecoder>(
    _ head: LogHead, _ format: LogFormat, _ decoder: Decoder, names: [String],
    hasTimes isTimed: Bool = false
  ) throws(LogMismatch) -> LogGuess {
    var (entries, timed, leftOut, strays) = (0, 0, 0, 0)
    let examined = UnsafeBufferPointer(rebasing: head.bytes.prefix(LogHead.examinedBytes))
    Decoder.decode(examined) { item in
      switch item {
      case .entry(let entry):
        entries += 1
        if entry.time != nil { timed += 1 }
      case .stray: strays += 1
      case .leftOut: leftOut += 1
      }
    }
    let hasTimes = isTimed || timed > 0
    var sureness = Double(timed) / Double(max(1, entries + leftOut + strays))
    let name = head.path.split(separator: "/").last ?? ""
    let packer = [".gz", ".zst"].first { name.hasSuffix($0) } ?? ""
    let plain = name.dropLast(packer.count)
    if entries > 0, names.contains(where: { plain.hasSuffix($0) }) { sureness = 1 }
    guard sureness > 0 || isTimed || head.isNamed else { throw LogMismatch() }
    return LogGuess(
      sureness: sureness, layout: layout(format, hasTimes: hasTimes),
      detail: hasTimes ? "" : "without times",
      reader: HistoryReader(decoder, HistoryRecord(hasTimes: hasTimes)))
  }
}

/// Reads a history of lines. It is only read as a whole, because the end of an entry is known when
/// the next one begins.
struct HistoryReader<Decoder: HistoryDecoder>: LogStreamReader {
  private var decoder: Decoder
  private var record: HistoryRecord
  private var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)

  init(_ decoder: Decoder, _ record: HistoryRecord) {
    self.decoder = decoder
    self.record = record
  }

  var completeBytes: Int64? { nil }

  mutating func read(_ piece: UnsafeBufferPointer<UInt8>, _ body: Body) throws(LogError) {
    var feeder = self.feeder
    self.feeder = LineFeeder(maximumLength: 0)
    try feeder.feed(piece) { (line) throws(LogError) in try take(line, body) }
    self.feeder = feeder
  }

  mutating func finish(_ body: Body) throws(LogError) {
    var feeder = self.feeder
    try feeder.finish { (line) throws(LogError) in try take(line, body) }
    var record = self.record
    try decoder.finish { (item) throws(LogError) in try record.hand(item, to: body) }
    self.record = record
  }

  private mutating func take(_ line: LineFeeder.Line, _ body: Body) throws(LogError) {
    var record = self.record
    try decoder.take(line) { (item) throws(LogError) in try record.hand(item, to: body) }
    self.record = record
  }
}
