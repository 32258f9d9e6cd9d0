// Makes a log of partial counts: the same log, to the byte of every number, as reading the files in
// one process.
//
// The blocks come in the order of the log files and of the lines in each, so queries, people and
// places get the numbers that `LogReader` gives them, and the same code cuts sessions, counts
// people and chooses spellings. Nothing is divided or rounded before that.
// Cost: one look-up per text of a block and one array access per event, beside what `LogReader`
// does after reading.
// Memory: the log, and one block per file.

/// Reads partial counts.
public enum PartialLog {
  /// The log of the partial counts at `paths`.
  ///
  /// - Parameters:
  ///   - paths: The files, in any order.
  ///   - options: How sessions are cut, how many people a spelling needs, and how many bad lines are
  ///     too many. Its profile must be that of the files.
  /// - Returns: The log.
  /// - Throws: `LogError`.
  public static func read(
    _ paths: [String], options: LogReadOptions
  ) throws(LogError) -> QueryLog {
    let readers = try PartialMerge.open(paths)
    if readers[0].settings.profile != options.profile {
      throw .partial(path: readers[0].path, reason: .otherSettings)
    }
    var options = options
    // The mapper has left out what had to be.
    options.keepsSecrets = true
    var builder = QueryLogBuilder(options)
    var events: UInt64 = 0
    let summary = try PartialMerge.merge(readers) { (block) throws(LogError) in
      do throws(PartialFault) {
        let content = try PartialBlockContent(block)
        try PartialFeeder(content).feed(&builder)
        events += UInt64(content.rows.count)
      } catch {
        throw .partial(path: paths[0], reason: error)
      }
    }
    let report = try report(summary, events: events, path: paths[0])
    try report.check(used: Int(events), options)
    return builder.finish(report)
  }

  private static func report(
    _ summary: PartialSummary, events: UInt64, path: String
  ) throws(LogError) -> LogReport {
    var report = LogReport()
    report.lines = Int(summary.lines)
    report.emptyLines = Int(summary.emptyLines)
    report.now = summary.now
    for (name, count) in summary.bad {
      guard let reason = BadLine.Reason(rawValue: name) else {
        throw .partial(path: path, reason: .impossible)
      }
      report.badReasons[reason] = Int(count)
      report.badLines += Int(count)
    }
    for (name, count) in summary.leftOut {
      guard let reason = LogOmission(rawValue: name) else {
        throw .partial(path: path, reason: .impossible)
      }
      report.omissions[reason] = Int(count)
    }
    guard summary.events == events else { throw .partial(path: path, reason: .impossible) }
    for (number, file) in summary.files.sorted(by: { $0.key < $1.key }) {
      var layout = LogLayout(LogFormat(rawValue: file.format) ?? .auto)
      layout.hasTimes = summary.isTimed ?? false
      layout.hasSessions = layout.hasTimes
      report.files.append(
        .init(path: file.name.isEmpty ? "log \(number)" : file.name, layout: layout))
    }
    return report
  }
}

/// Adds the rows of a block to a log.
private struct PartialFeeder {
  private let content: PartialBlockContent
  /// By table and text, its number in the log, or -1.
  private var numbers: [[Int]]

  init(_ content: PartialBlockContent) {
    self.content = content
    numbers = content.texts.map { [Int](repeating: -1, count: $0.count) }
  }

  /// Adds the rows. Texts get their numbers at their first use, as if they were read from the log.
  ///
  /// - Throws: `PartialFault.impossible` for a form that no mapper keeps: normalising leaves nothing
  ///   of it.
  consuming func feed(_ builder: inout QueryLogBuilder) throws(PartialFault) {
    let content = content
    var feeder = self
    let isTimed = content.kind.contains(.timed)
    for row in content.rows {
      let form =
        row.form == QueryTable.none
        ? nil : feeder.number(row.form, .forms) { builder.intern($0, weight: 0) }
      if let form {
        guard builder.hasQuery(form) else { throw .impossible }
        builder.addWeight(isTimed ? 1 : row.count, to: form)
      }
      guard isTimed else {
        let before = feeder.number(row.key, .keys) { builder.intern($0, weight: 0) }
        if form != nil { builder.addWeight(row.count, to: before) }
        builder.addPair(before, form, weight: row.count)
        continue
      }
      let user =
        content.kind.contains(.sessions)
        ? UInt32(feeder.number(row.key, .keys) { Int(builder.user($0)) }) : builder.nobody()
      var event = QueryLogBuilder.Event(time: row.time, user: user, query: QueryTable.none)
      if row.whereabouts != QueryTable.none {
        event.place = UInt32(
          feeder.number(row.whereabouts, .whereabouts) { Int(builder.place($0)) })
      }
      if row.typed != QueryTable.none {
        event.typed = UInt32(feeder.number(row.typed, .typed) { Int(builder.typedText($0)) })
      }
      event.thread = row.thread
      event.hasFailed = row.hasFailed
      builder.add(event, form: form)
    }
  }

  private mutating func number(
    _ id: UInt32, _ table: PartialBlock.Table, _ new: (UnsafeBufferPointer<UInt8>) -> Int
  ) -> Int {
    let known = numbers[table.rawValue][Int(id)]
    if known >= 0 { return known }
    let number = content.withText(id, of: table, new)
    numbers[table.rawValue][Int(id)] = number
    return number
  }
}
