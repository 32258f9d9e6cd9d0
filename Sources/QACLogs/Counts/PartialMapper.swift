// Reads parts of logs and writes their partial counts.
//
// A part is a file, a range of the bytes of one, or lines that say themselves where they stood
// (`LogScan+Parts.swift`). A text is trimmed and judged here, and a query with a secret goes no
// further: its event is kept without a text, because it keeps its session from ending.
// Sessions are cut when everything is together (`PartialLog`), so events of one session may be in
// any parts.
// Cost: that of reading, and a look-up of user and text in tables of one block.
// Memory: one block; for lines out of order, all blocks of the part.

import QACText

/// Writes partial counts.
package struct PartialMapper {
  private let options: LogReadOptions
  private var scan: LogScan
  private var texts: PartialTexts
  private var summary = PartialSummary()
  /// The block that grows, and others that may still grow, if records are out of order.
  private var block: PartialBlock?
  private var others: [PartialKey: PartialBlock] = [:]

  /// Makes a mapper that remembers at most `mostTexts` texts at a time.
  package init(_ options: LogReadOptions, mostTexts: Int = 1 << 20) {
    self.options = options
    scan = LogScan(options)
    texts = PartialTexts(options, mostTexts: mostTexts)
  }

  /// A log file, and what of it is read.
  package struct Part: Sendable {
    /// The file.
    package var path: String
    /// Its number in the order of all log files.
    package var number: UInt32
    /// Lines that begin at these bytes; nil for all of it.
    package var range: Range<Int64>?

    /// Makes a part.
    package init(path: String, number: UInt32, range: Range<Int64>? = nil) {
      self.path = path
      self.number = number
      self.range = range
    }
  }

  /// Writes the partial counts of `parts` to the file at `path`.
  ///
  /// - Parameters:
  ///   - parts: With ascending numbers, and no two of the same events.
  ///   - path: The file to write.
  /// - Returns: What was read.
  /// - Throws: `LogError`. Bad lines are counted and never an error here.
  package consuming func map(_ parts: [Part], to path: String) throws(LogError) -> LogReport {
    var mapper = self
    try PartialFile.write(to: path, PartialSettings(mapper.options)) { (sink) throws(LogError) in
      for part in parts {
        var scan = mapper.scan
        try scan.part(part.path, part.range) { (record, layout) throws(LogError) in
          try mapper.add(record, layout, of: part.number, keepsBlocks: false, sink)
        }
        mapper.scan = scan
        mapper.name(part)
      }
      return try mapper.finish(sink)
    }
    return mapper.scan.report
  }

  /// Writes the partial counts of lines that begin with the number of their log file and their
  /// position in it to the file at `path`.
  ///
  /// - Parameters:
  ///   - lines: The file with the lines.
  ///   - names: The names of the log files, by number.
  ///   - path: The file to write.
  /// - Returns: What was read.
  /// - Throws: `LogError`.
  package consuming func mapPlaced(
    _ lines: String, names: [String], to path: String
  ) throws(LogError) -> LogReport {
    var mapper = self
    try PartialFile.write(to: path, PartialSettings(mapper.options)) { (sink) throws(LogError) in
      var scan = mapper.scan
      try scan.placedLines(lines) { (record, layout, number) throws(LogError) in
        try mapper.add(record, layout, of: number, keepsBlocks: true, sink)
      }
      mapper.scan = scan
      for (number, name) in names.enumerated() {
        mapper.summary.files[UInt32(number)] = .init(
          name: name, format: scan.report.files.last?.format.rawValue ?? "")
      }
      return try mapper.finish(sink)
    }
    return mapper.scan.report
  }

  private mutating func name(_ part: Part) {
    summary.files[part.number] = .init(
      name: String(part.path.split(separator: "/").last ?? ""),
      format: scan.report.files.last?.format.rawValue ?? "")
  }

  /// Adds a record of file `number`. A block before its own goes to `sink`, unless blocks are kept
  /// because records are out of order.
  private mutating func add(
    _ record: LogRecord, _ layout: LogLayout, of number: UInt32, keepsBlocks: Bool,
    _ sink: PartialFile.Sink
  ) throws(LogError) -> BadLine.Reason? {
    let isEvent = layout.isTimed
    if texts.isTooLong(record, isEvent: isEvent) { return .longQuery }
    let query = texts.look(at: record.query)
    if query.verdict == .empty { return .query }
    var kind: PartialKind = isEvent ? .timed : []
    if layout.hasSessions { kind.insert(.sessions) }
    var position: UInt64 = 0
    switch record.position {
    case .byte(let start): position = UInt64(start)
    case .line(let line):
      position = UInt64(line)
      kind.insert(.lines)
    case .unknown: break
    }
    let key = PartialKey(file: number, stretch: position >> kind.shift)
    if block?.key != key {
      try put(keepsBlocks: keepsBlocks, sink)
      block = others.removeValue(forKey: key) ?? PartialBlock(key, kind)
    }
    var row = PartialRow(place: UInt32(position & (1 << kind.shift - 1)))
    block?.fill(&row, record, kind)
    if query.verdict == .fine {
      row.form = texts.number(query, record.query, &block)
      // What was typed on the way to a secret may hold it, too.
      if isEvent, !record.typed.isEmpty {
        row.typed = block?.intern(record.typed, in: .typed) ?? QueryTable.none
      }
    }
    if !isEvent {
      row.count = texts.rules.scaled(record.count)
      row.key = texts.previous(query.verdict == .secret ? nil : record.key, &block)
    }
    block?.add(row)
    summary.isTimed = isEvent
    summary.events += 1
    return nil
  }

  /// Hands the current block to `sink`, or keeps it.
  private mutating func put(
    keepsBlocks: Bool = false, _ sink: PartialFile.Sink
  ) throws(LogError) {
    guard var done = block.take() else { return }
    texts.beginBlock()
    if keepsBlocks {
      others[done.key] = done
      return
    }
    do throws(PartialFault) { try done.order() } catch {
      throw .partial(path: scan.report.files.last?.path ?? "", reason: error)
    }
    try sink(done.encoded())
  }

  /// Hands all blocks to `sink` and returns the summary.
  private mutating func finish(
    _ sink: PartialFile.Sink
  ) throws(LogError) -> PartialSummary {
    try put(keepsBlocks: !others.isEmpty, sink)
    for key in others.keys.sorted() {
      block = others.removeValue(forKey: key)
      try put(sink)
    }
    let report = scan.report
    summary.lines = UInt64(report.lines)
    summary.emptyLines = UInt64(report.emptyLines)
    for (reason, count) in report.badReasons { summary.bad[reason.rawValue] = UInt64(count) }
    for (reason, count) in report.omissions { summary.leftOut[reason.rawValue] = UInt64(count) }
    summary.now = report.now
    return summary
  }
}

extension PartialBlock {
  /// Sets what `record` says of an event beside its query.
  fileprivate mutating func fill(
    _ row: inout PartialRow, _ record: LogRecord, _ kind: PartialKind
  ) {
    guard kind.contains(.timed) else { return }
    row.time = record.time
    if kind.contains(.sessions) { row.key = intern(record.key, in: .keys) }
    if !record.place.isEmpty { row.whereabouts = intern(record.place, in: .whereabouts) }
    row.thread = LogRecord.threadNumber(record.thread)
    row.hasFailed = record.outcome == .failed
  }
}
