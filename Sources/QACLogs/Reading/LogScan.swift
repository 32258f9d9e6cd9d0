// Reads files entry by entry: opens and unpacks them, tells their formats, and counts bad lines.

/// One pass over some log files.
struct LogScan {
  /// Receives a record; if it returns a reason, the line is bad for it.
  typealias Body = (LogRecord, LogLayout) throws(LogError) -> BadLine.Reason?

  /// The counts so far.
  var report = LogReport()
  /// The number of records that were used.
  private(set) var usedLines = 0
  let options: LogReadOptions
  private let needsTimes: Bool
  private var firstLayout: LogLayout?

  /// Makes a pass; with `needsTimes` a file without sessions and times is an error.
  init(_ options: LogReadOptions, needsTimes: Bool = false) {
    self.options = options
    self.needsTimes = needsTimes
  }

  /// Calls `body` with every record of the file at `path`.
  mutating func file(_ path: String, _ body: Body) throws(LogError) {
    let input = try LogInput(path: path, acceptsPipes: true, encoding: options.encoding)
    _ = try file(input, path: path, from: nil, leavesUnfinished: false, body)
  }

  /// Where the reading of a plain file ended and the next one can go on.
  struct Position {
    /// The bytes of all entries that were read; nil if the file can only be read as a whole.
    var bytes: Int64?
    /// The number of their lines.
    var lines = 0
    var format = LogFormat.auto
    var unit = TimeUnit.seconds
  }

  /// Calls `body` with every record of `input` after `start`.
  ///
  /// With `leavesUnfinished` the last entry of a plain file is not read if the file's end ends it,
  /// because it may still be written.
  ///
  /// - Returns: Where the reading ended.
  mutating func file(
    _ input: LogInput, path: String, from start: Position?, leavesUnfinished: Bool, _ body: Body
  ) throws(LogError) -> Position {
    var file = OpenFile(path: path)
    var before: Int64 = 0
    // The beginning tells the layout, also if it was read earlier.
    var piece = try input.next()
    if let start, let bytes = start.bytes, start.format != .auto {
      file.base = bytes
      try open(&file, head: piece, format: start.format)
      file.line = start.lines
      file.layout.unit = start.unit
      file.reader?.skipBeginning()
      before = bytes
      try input.skip(to: bytes)
      piece = try input.next()
    } else if !piece.isEmpty {
      try open(&file, head: piece, format: options.format)
      if piece.starts(with: [0xEF, 0xBB, 0xBF]) {
        before = 3
        file.base = 3
        piece = .init(rebasing: piece.dropFirst(3))
      }
    }
    guard var reader = file.reader else {
      report.files.append(.init(path: path, layout: file.layout))
      return Position()
    }
    while !piece.isEmpty, !reader.readsPath {
      try reader.read(piece) { (entry, lines) throws(LogError) in
        try take(entry, lines: lines, of: &file, body)
      }
      piece = try input.next()
    }
    if !leavesUnfinished || input.isPacked || reader.readsPath {
      try reader.finish { (entry, lines) throws(LogError) in
        try take(entry, lines: lines, of: &file, body)
      }
    }
    report.files.append(
      .init(
        path: path, layout: file.layout, detail: file.detail, isNotUTF8: file.isNotUTF8,
        firstRecords: file.firstRecords))
    return Position(
      bytes: reader.completeBytes.map { $0 + before }, lines: file.line,
      format: file.layout.format, unit: file.layout.unit)
  }

  /// Throws if no line can be used or too many lines are bad.
  func finish() throws(LogError) { try report.check(used: usedLines, options) }

  /// A file that is being read.
  struct OpenFile {
    let path: String
    /// The bytes before where its reader began.
    var base: Int64 = 0
    // Nil if there are only blank lines.
    var reader: (any LogStreamReader)?
    var layout = LogLayout(.auto)
    var detail = ""
    var isNotUTF8 = false
    var line = 0
    var latest = Int64.max
    var firstRecords: [RawEvent] = []
  }

  mutating func open(
    _ file: inout OpenFile, head: UnsafeBufferPointer<UInt8>, format: LogFormat
  ) throws(LogError) {
    let guess = try FormatDetector.guess(
      path: file.path, bytes: head, format: format, options)
    guard let guess else {
      // Blank lines only: any format finds that they are empty.
      file.reader = PlainLinesFormat.reader
      return
    }
    let layout = guess.layout
    if needsTimes, !layout.isTimed { throw .notTimed(path: file.path, format: layout.format) }
    if needsTimes, !layout.hasSessions { throw .noSessions(path: file.path) }
    if let firstLayout, firstLayout.isTimed != layout.isTimed {
      throw .mixedFormats(path: file.path, format: layout.format, other: firstLayout.format)
    }
    firstLayout = firstLayout ?? layout
    file.layout = layout
    file.detail = guess.detail
    file.isNotUTF8 = guess.isNotUTF8
    file.reader = guess.reader
    if layout.isTimed { file.latest = options.latestTime }
  }

  mutating func take(
    _ entry: LogEntry, lines: Int, of file: inout OpenFile, _ body: Body
  ) throws(LogError) {
    let first = file.line + 1
    file.line += lines
    report.lines += lines
    switch entry {
    case .record(var record):
      if case .byte(let start) = record.position {
        record.position = .byte(start + file.base)
      } else {
        record.position = .line(Int64(first))
      }
      if file.firstRecords.count < LogReport.keptRecords {
        file.firstRecords.append(RawEvent(record))
      }
      let reason = record.time > file.latest ? .future : try body(record, file.layout)
      if reason == .future { report.now = options.now }
      if let reason {
        report.countBad(reason, path: file.path, line: first)
      } else {
        usedLines += 1
      }
    case .empty: report.emptyLines += lines
    case .bad(let reason): report.countBad(reason, path: file.path, line: first)
    case .leftOut(let reason): report.omissions[reason, default: 0] += 1
    }
  }
}
