// What was read besides the events: log files, and counts of lines. The last part of every file of
// partial counts.
//
// Summaries are added member by member, so the sum depends on what is added and not on the order.

import QACText

/// A file's counts of lines.
package struct PartialSummary: Equatable, Sendable {
  /// A log file.
  package struct File: Equatable, Sendable {
    /// Its name without directories; empty if it is not known.
    package var name: String
    /// Its format's name.
    package var format: String
  }

  /// Whether the events have times; nil if there are none.
  package var isTimed: Bool?
  /// The events, all lines, and those without content.
  package var events: UInt64 = 0
  package var lines: UInt64 = 0
  package var emptyLines: UInt64 = 0
  /// The lines that could not be used, and entries that were left out, by the names of the reasons.
  package var bad: [String: UInt64] = [:]
  package var leftOut: [String: UInt64] = [:]
  /// `LogReport.now`.
  package var now: Int64?
  /// The log files, by number.
  package var files: [UInt32: File] = [:]

  /// Makes an empty summary.
  package init() {}

  /// Adds `other`.
  mutating func add(_ other: PartialSummary) throws(PartialFault) {
    if let kind = other.isTimed {
      guard isTimed ?? kind == kind else { throw .otherKind }
      isTimed = kind
    }
    events = try Self.sum(events, other.events)
    lines = try Self.sum(lines, other.lines)
    emptyLines = try Self.sum(emptyLines, other.emptyLines)
    for (reason, count) in other.bad { bad[reason] = try Self.sum(bad[reason] ?? 0, count) }
    for (reason, count) in other.leftOut {
      leftOut[reason] = try Self.sum(leftOut[reason] ?? 0, count)
    }
    if let time = other.now { now = max(now ?? time, time) }
    for (number, file) in other.files {
      guard let known = files[number] else {
        files[number] = file
        continue
      }
      guard known.name == file.name || known.name.isEmpty || file.name.isEmpty else {
        throw .otherName
      }
      files[number] = File(
        name: max(known.name, file.name), format: max(known.format, file.format))
    }
  }

  private static func sum(_ a: UInt64, _ b: UInt64) throws(PartialFault) -> UInt64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow, sum < 1 << 62 else { throw .impossible }
    return sum
  }

  /// The summary's bytes.
  func encoded() -> [UInt8] {
    var writer = PartialNumberWriter()
    writer.append(isTimed.map { $0 ? 2 : 1 } ?? 0 as UInt64)
    for number in [events, lines, emptyLines] { writer.append(number) }
    for counts in [bad, leftOut] {
      writer.append(counts.count)
      for (reason, count) in counts.sorted(by: { Self.precedes($0.key, $1.key) }) {
        writer.append(text: reason.utf8)
        writer.append(count)
      }
    }
    writer.append(now == nil ? 0 : 1 as UInt64)
    if let now { writer.append(signed: now) }
    writer.append(files.count)
    for (number, file) in files.sorted(by: { $0.key < $1.key }) {
      writer.append(UInt64(number))
      writer.append(text: file.name.utf8)
      writer.append(text: file.format.utf8)
    }
    return writer.bytes
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// Reads and checks a summary.
  init(_ bytes: ArraySlice<UInt8>) throws(PartialFault) {
    self.init()
    self = try bytes.withUnsafeBufferPointer { (bytes) throws(PartialFault) in
      var reader = PartialNumberReader(bytes)
      func text() throws(PartialFault) -> String {
        let range = try reader.nextText()
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .impossible }
        return text
      }
      func counts() throws(PartialFault) -> [String: UInt64] {
        var counts: [String: UInt64] = [:]
        for _ in 0..<(try reader.nextCount()) {
          let reason = try text()
          guard counts.updateValue(try reader.next(below: 1 << 62), forKey: reason) == nil else {
            throw .impossible
          }
        }
        return counts
      }
      var summary = PartialSummary()
      let kind = try reader.next(below: 3)
      summary.isTimed = kind == 0 ? nil : kind == 2
      summary.events = try reader.next(below: 1 << 62)
      summary.lines = try reader.next(below: 1 << 62)
      summary.emptyLines = try reader.next(below: 1 << 62)
      summary.bad = try counts()
      summary.leftOut = try counts()
      if try reader.next(below: 2) == 1 { summary.now = try reader.nextSigned() }
      for _ in 0..<(try reader.nextCount()) {
        let number = UInt32(try reader.next(below: 1 << 32))
        let file = File(name: try text(), format: try text())
        guard summary.files.updateValue(file, forKey: number) == nil else { throw .impossible }
      }
      guard reader.left == 0 else { throw .impossible }
      return summary
    }
  }
}
