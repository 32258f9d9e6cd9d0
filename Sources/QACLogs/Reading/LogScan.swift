// Reads files line by line: opens and unpacks them, tells their formats, and counts bad lines.

/// One pass over some log files.
struct LogScan {
  /// Receives a record; if it returns a reason, the line is bad for it.
  typealias Body = (LogRecord, LogFormat) throws(LogError) -> BadLine.Reason?

  /// The counts so far.
  private(set) var report = LogReport()
  private let options: LogReadOptions
  private let needsTimes: Bool
  private var usedLines = 0
  private var firstFormat: LogFormat?

  /// Makes a pass; with `needsTimes` a file without times is an error.
  init(_ options: LogReadOptions, needsTimes: Bool = false) {
    self.options = options
    self.needsTimes = needsTimes
  }

  /// Calls `body` with every record of the file at `path`.
  mutating func file(_ path: String, _ body: Body) throws(LogError) {
    let input = try LogInput(path: path, acceptsPipes: true)
    _ = try file(input, path: path, from: nil, leavesUnfinished: false, body)
  }

  /// Where the reading of a plain file ended and the next one can go on.
  struct Position {
    /// The bytes of all lines that were read.
    var bytes: Int64 = 0
    /// The number of these lines.
    var lines = 0
    var format = LogFormat.auto
    var unit = TimeUnit.seconds
  }

  /// Calls `body` with every record of `input` after `start`.
  ///
  /// With `leavesUnfinished` the last line of a plain file is not read if it has no line end,
  /// because it may still be written.
  ///
  /// - Returns: Where the reading ended.
  mutating func file(
    _ input: LogInput, path: String, from start: Position?, leavesUnfinished: Bool, _ body: Body
  ) throws(LogError) -> Position {
    var file = OpenFile(path: path)
    if let start, start.format != .auto {
      file.line = start.lines
      file.format = start.format
      file.unit = start.unit
      file.parser = LineParser(start.format, start.unit)
      file.bytes = start.bytes
      file.end = start.bytes
      try input.skip(to: start.bytes)
    }
    while true {
      let chunk = try input.next()
      if chunk.isEmpty { break }
      if let last = chunk.lastIndex(of: 0x0A) { file.end = file.bytes + Int64(last) + 1 }
      file.bytes += Int64(chunk.count)
      try consume(chunk, of: &file, body)
    }
    if !leavesUnfinished || input.isPacked { try finish(&file, body) }
    report.files.append(.init(path: file.path, format: file.format, unit: file.unit))
    return Position(bytes: file.end, lines: file.line, format: file.format, unit: file.unit)
  }

  /// Throws if no line can be used or too many lines are bad.
  func finish() throws(LogError) {
    let first = report.firstBad.first
    if report.files.isEmpty { throw .noFiles }
    if usedLines == 0 {
      throw .nothingUsable(lines: report.lines, first: first)
    }
    let limit = options.maximumBadShare * Double(report.lines - report.emptyLines)
    if report.badLines > options.toleratedBadLines, Double(report.badLines) > limit {
      throw .tooManyBadLines(bad: report.badLines, lines: report.lines, first: first)
    }
  }

  /// A file that is being read.
  private struct OpenFile {
    let path: String
    var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
    // Nil until the first bytes were read.
    var parser: LineParser?
    var format = LogFormat.auto
    var unit = TimeUnit.seconds
    var line = 0
    /// The number of bytes that were read.
    var bytes: Int64 = 0
    /// The number of bytes up to the end of the last whole line.
    var end: Int64 = 0
  }

  private mutating func consume(
    _ chunk: UnsafeBufferPointer<UInt8>, of file: inout OpenFile, _ body: Body
  ) throws(LogError) {
    var chunk = chunk
    if file.parser == nil {
      if chunk.starts(with: [0xEF, 0xBB, 0xBF]) {
        chunk = UnsafeBufferPointer(rebasing: chunk.dropFirst(3))
      }
      try open(&file, head: chunk)
    }
    var feeder = file.feeder
    try feeder.feed(chunk) { (line) throws(LogError) in try take(line, of: &file, body) }
    file.feeder = feeder
  }

  private mutating func finish(_ file: inout OpenFile, _ body: Body) throws(LogError) {
    var feeder = file.feeder
    try feeder.finish { (line) throws(LogError) in try take(line, of: &file, body) }
  }

  private mutating func open(
    _ file: inout OpenFile, head: UnsafeBufferPointer<UInt8>
  ) throws(LogError) {
    try FormatDetector.checkIsText(head, path: file.path)
    var format = options.format
    if format == .auto {
      // Blank lines only: any format finds that they are empty.
      if head.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }) {
        file.parser = LineParser(.events, .seconds)
        return
      }
      guard let detected = FormatDetector.format(of: head) else {
        throw .unknownFormat(path: file.path)
      }
      format = detected
    }
    if needsTimes, !format.isTimed { throw .notTimed(path: file.path, format: format) }
    if let firstFormat, firstFormat.isTimed != format.isTimed {
      throw .mixedFormats(path: file.path, format: format, other: firstFormat)
    }
    firstFormat = firstFormat ?? format
    file.format = format
    file.unit = FormatDetector.unit(of: head, format)
    file.parser = LineParser(format, file.unit)
  }

  private mutating func take(
    _ line: LineFeeder.Line, of file: inout OpenFile, _ body: Body
  ) throws(LogError) {
    file.line += 1
    report.lines += 1
    guard case .text(let text) = line else {
      report.countBad(.length, path: file.path, line: file.line)
      return
    }
    let format = file.format
    let latest = format.isTimed ? options.latestTime : .max
    let outcome = try file.parser?.parse(text, isFirst: file.line == 1) {
      (record) throws(LogError) in record.time > latest ? .future : try body(record, format)
    }
    switch outcome {
    case .used: usedLines += 1
    case .bad(let reason):
      if reason == .future { report.now = options.now }
      report.countBad(reason, path: file.path, line: file.line)
    case .empty, nil: report.emptyLines += 1
    }
  }
}
