// The events of one file that are to be imported: in the order of time, each with its occurrence.
//
// The occurrence of an event says which it is of those with its session, time and text. It depends
// on the file alone, so it is the same whenever the file is read. The events of a file without
// times are undated: they get the time at which the file was last changed.
//
// Invariant: the texts are UTF-8, and within the bounds that the table was made with. What is left
// out is counted by reason.
// Cost: O(bytes), O(n log n) if the events are not in the order of time; 32 bytes per event and the
// distinct texts in memory.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The events of a file.
package struct ImportTable {
  /// An event; its numbers are those of texts.
  package struct Row {
    /// Unix seconds.
    package var time: Int64
    /// Whose it is.
    package var session: UInt32
    /// What was submitted.
    package var query: UInt32
    /// In which conversation; `ImportTable.none` if that is not known.
    package var thread: UInt32
    /// Where; `ImportTable.none` if that is not known.
    package var place: UInt32
    /// Which of the equal events of the file it is, from 1.
    package var occurrence: UInt32 = 1
    /// How it ended.
    package var outcome: LogOutcome?
  }

  /// Why an event of a log is not imported.
  package enum Omission: Hashable, Sendable {
    /// It has a secret of a known shape.
    case secret
    /// Its text is longer than the bound.
    case tooLong
  }

  /// What is imported.
  package struct Options {
    /// How the file is read; its `keepsSecrets` holds here as well.
    package var reading: LogReadOptions
    /// The most bytes of a text.
    package var longestText: Int
    /// The session of events that have none: of histories, and of logs without sessions.
    package var session: [UInt8]?
    /// The session of a history if `session` is nil.
    package var historySession: [UInt8]

    /// Makes options.
    package init(
      reading: LogReadOptions, longestText: Int, session: [UInt8]?, historySession: [UInt8]
    ) {
      self.reading = reading
      self.longestText = longestText
      self.session = session
      self.historySession = historySession
    }
  }

  /// The number of a text that is not there.
  package static let none = UInt32.max

  /// The events, oldest first.
  package private(set) var rows: [Row] = []
  /// Whether the file has no times.
  package private(set) var isUndated = false
  /// What was read, and what was bad or left out by the format.
  package private(set) var report = LogReport()
  /// How many events are left out beside those that `report` counts.
  package private(set) var omissions: [Omission: Int] = [:]
  private var texts = ByteInterner()

  /// Reads the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What is imported.
  ///   - leftOut: Called with every text that is left out, and why.
  /// - Throws: `LogError`; `noSessions` if the events have no sessions and none is given.
  package init(
    path: String, _ options: Options, leftOut: (String, Omission) -> Void = { _, _ in }
  ) throws(LogError) {
    var scan = LogScan(options.reading)
    var secrets = SecretForms()
    try scan.file(path) { (record, layout) throws(LogError) in
      if layout.hasCounts || layout.hasPrevious {
        throw .notTimed(path: path, format: layout.format)
      }
      let given = options.session ?? (layout.format.isHistory ? options.historySession : nil)
      let isOwn = layout.format.isHistory || !layout.hasSessions
      if isOwn, given == nil { throw .noSessions(path: path) }
      if LogText.isBlank(record.query) { return .query }
      if record.query.count > options.longestText {
        omissions[.tooLong, default: 0] += 1
        leftOut(String(decoding: record.query, as: UTF8.self), .tooLong)
        return nil
      }
      isUndated = isUndated || !layout.hasTimes
      let query = intern(record.query)
      if !options.reading.keepsSecrets, secrets.isSecret(query, record.query) {
        omissions[.secret, default: 0] += 1
        leftOut(String(decoding: record.query, as: UTF8.self), .secret)
        return nil
      }
      let session = isOwn ? intern(given ?? []) : intern(record.key)
      rows.append(
        Row(
          time: record.time, session: session, query: query,
          thread: record.thread.isEmpty ? Self.none : intern(record.thread),
          place: record.place.isEmpty ? Self.none : intern(record.place),
          outcome: record.outcome))
      return nil
    }
    try scan.finish()
    report = scan.report
    dateUndated(path)
    sort()
    number()
  }

  /// The bytes of text `number`.
  package func bytes(_ number: UInt32) -> ArraySlice<UInt8> { texts.bytes(Int(number)) }

  /// The number of `text`, which becomes UTF-8 first.
  private mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    if !text.contains(where: { $0 >= 0x80 }) { return UInt32(texts.intern(text).id) }
    var repaired = String(decoding: text, as: UTF8.self)
    return repaired.withUTF8 { UInt32(texts.intern($0).id) }
  }

  private mutating func intern(_ text: [UInt8]) -> UInt32 {
    text.withUnsafeBufferPointer { UInt32(texts.intern($0).id) }
  }

  /// Gives events of unknown time that of the file's last change.
  private mutating func dateUndated(_ path: String) {
    guard isUndated else { return }
    var status = stat()
    let changed = stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : Int64(Glibc.time(nil))
    for i in rows.indices { rows[i].time = max(0, min(changed, Int64(Glibc.time(nil)))) }
  }

  /// Puts the events into the order of time; equal times keep the order of the file.
  private mutating func sort() {
    if zip(rows, rows.dropFirst()).allSatisfy({ $0.time <= $1.time }) { return }
    rows = rows.indices.sorted { (rows[$0].time, $0) < (rows[$1].time, $1) }.map { rows[$0] }
  }

  /// Numbers the events that are equal.
  private mutating func number() {
    var counts: [UInt64: UInt32] = [:]
    var start = 0
    for i in rows.indices {
      if rows[i].time != rows[start].time {
        start = i
        counts.removeAll(keepingCapacity: true)
      }
      let isAlone = i == start && (i + 1 == rows.count || rows[i + 1].time != rows[i].time)
      if isAlone { continue }
      let key = UInt64(rows[i].session) << 32 | UInt64(rows[i].query)
      rows[i].occurrence = counts[key, default: 0] + 1
      counts[key] = rows[i].occurrence
    }
  }
}

/// Remembers which texts have secrets, since most texts come often.
private struct SecretForms {
  /// For each text: 0 if it was not looked at, 1 without a secret, 2 with one.
  private var states: [UInt8] = []

  mutating func isSecret(_ text: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let place = Int(text)
    if place >= states.count {
      states.append(contentsOf: repeatElement(0, count: place + 1 - states.count))
    }
    if states[place] == 0 { states[place] = TextFault.hasKnownSecret(bytes) ? 2 : 1 }
    return states[place] == 2
  }
}
