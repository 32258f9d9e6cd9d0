// Parses one line of a log.

/// The content of one line; the texts are borrowed and valid only during the call that hands it
/// out.
struct LogRecord {
  /// The session key; the previous query in a log of pairs; empty in a list of queries.
  var key: UnsafeBufferPointer<UInt8>
  /// The query, as typed.
  var query: UnsafeBufferPointer<UInt8>
  /// Unix seconds; 0 if the format has no times.
  var time: Int64 = 0
  /// The weight; 1 if the format has no counts.
  var count: Double = 1
  /// Where the query was submitted, such as a working directory; empty if there is none.
  var place = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
}

/// A parser of the lines of one format.
struct LineParser {
  /// The result of parsing a line.
  enum Outcome: Equatable {
    case used
    case empty
    case bad(BadLine.Reason)
  }

  private let format: LogFormat
  private let unit: TimeUnit
  private var json = JSONLine()

  /// Makes a parser of lines of `format`, which must not be `auto`; times are dates or numbers in
  /// `unit`.
  init(_ format: LogFormat, _ unit: TimeUnit) {
    self.format = format
    self.unit = unit
  }

  /// The time of `line` as a number, whatever its unit; nil if it has none.
  mutating func timeNumber(_ line: UnsafeBufferPointer<UInt8>) -> Int64? {
    switch format {
    case .events: return Columns(line).flatMap { $0.count == 3 ? NumberParser.time($0[1]) : nil }
    case .places: return Columns(line).flatMap { $0.count == 4 ? NumberParser.time($0[1]) : nil }
    case .jsonl: return json.parse(line) ? json.timeNumber() : nil
    case .auto, .pairs, .queries, .aol: return nil
    }
  }

  /// Calls `body` with the content of `line`; if `body` returns a reason, the line is bad for it.
  mutating func parse<Failure: Error>(
    _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
    _ body: (LogRecord) throws(Failure) -> BadLine.Reason?
  ) throws(Failure) -> Outcome {
    if Self.isBlank(line) { return .empty }
    switch format {
    case .auto: preconditionFailure("the format of a line must be known")
    case .events:
      guard let columns = Columns(line), columns.count == 3 else { return .bad(.columns) }
      guard let number = NumberParser.time(columns[1]) else { return .bad(.time) }
      guard let time = unit.seconds(number) else { return .bad(.timeUnit) }
      return try use(LogRecord(key: columns[0], query: columns[2], time: time), body)
    case .places:
      guard let columns = Columns(line), columns.count == 4 else { return .bad(.columns) }
      guard let number = NumberParser.time(columns[1]) else { return .bad(.time) }
      guard let time = unit.seconds(number) else { return .bad(.timeUnit) }
      return try use(
        LogRecord(key: columns[0], query: columns[3], time: time, place: columns[2]), body)
    case .pairs:
      guard let columns = Columns(line), columns.count == 3 else { return .bad(.columns) }
      guard let count = NumberParser.count(columns[2]) else { return .bad(.count) }
      return try use(LogRecord(key: columns[0], query: columns[1], count: count), body)
    case .queries:
      guard let columns = Columns(line), columns.count == 2 else { return .bad(.columns) }
      guard let count = NumberParser.count(columns[1]) else { return .bad(.count) }
      return try use(
        LogRecord(key: .init(rebasing: line[..<0]), query: columns[0], count: count), body)
    case .aol:
      if isFirst, Self.isAOLHeader(line) { return .empty }
      guard let columns = Columns(line), columns.count >= 3 else { return .bad(.columns) }
      // AOL writes "-" for a query that it withholds.
      if columns[1].count == 1, columns[1][0] == 0x2D { return .empty }
      guard let time = NumberParser.date(columns[2]) else { return .bad(.time) }
      return try use(LogRecord(key: columns[0], query: columns[1], time: time), body)
    case .jsonl:
      guard json.parse(line) else { return .bad(.json) }
      let number = json.timeNumber()
      guard let time = number.map(unit.seconds) ?? json.timeOfDate() else {
        return .bad(number == nil ? .time : .timeUnit)
      }
      return try json.session.withUnsafeBufferPointer { (key) throws(Failure) in
        try json.query.withUnsafeBufferPointer { (query) throws(Failure) in
          try use(LogRecord(key: key, query: query, time: time), body)
        }
      }
    }
  }

  private func use<Failure: Error>(
    _ record: LogRecord, _ body: (LogRecord) throws(Failure) -> BadLine.Reason?
  ) throws(Failure) -> Outcome {
    if format.isTimed, Self.isBlank(record.key) { return .bad(.session) }
    return try body(record).map { .bad($0) } ?? .used
  }

  static func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in text where byte != 0x20 && byte != 0x09 { return false }
    return true
  }

  static func isAOLHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.starts(with: "AnonID\t".utf8)
  }
}

/// A line cut at its tabs, of at most five columns.
struct Columns {
  private let line: UnsafeBufferPointer<UInt8>
  private var ends: (Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0)
  /// The number of columns.
  private(set) var count = 0

  /// Cuts `line`; nil if it has more than five columns.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    self.line = line
    for i in 0...line.count where i == line.count || line[i] == 0x09 {
      switch count {
      case 0: ends.0 = i
      case 1: ends.1 = i
      case 2: ends.2 = i
      case 3: ends.3 = i
      case 4: ends.4 = i
      default: return nil
      }
      count += 1
    }
  }

  /// The bytes of column `index`, from 0 to `count` - 1.
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    switch index {
    case 0: return .init(rebasing: line[..<ends.0])
    case 1: return .init(rebasing: line[(ends.0 + 1)..<ends.1])
    case 2: return .init(rebasing: line[(ends.1 + 1)..<ends.2])
    case 3: return .init(rebasing: line[(ends.2 + 1)..<ends.3])
    default: return .init(rebasing: line[(ends.3 + 1)..<ends.4])
    }
  }
}
