// A file that "qac-cli export" wrote as JSON lines, read back with all its members.
//
// It is told by its first line: a JSON object with a session, a time and a query as `export` names
// and writes them. Other JSON lines are logs (`ImportTable`).

import QACLogs
import QACProtocol

/// The events of an exported file.
struct ExportedFile {
  let path: String
  /// The events in the order of the file.
  private(set) var events: [Request.ImportedEvent] = []
  /// Lines that are no event.
  private(set) var badLines = 0

  /// Reads the file at `path`; nil if it is something else.
  static func read(_ path: String) throws(LogError) -> ExportedFile? {
    // A pipe can be read only once, and what is wrong with a file is told by who reads a log.
    guard let line = try? LogLines.first(of: path),
      line.withUnsafeBufferPointer({ event($0) != nil })
    else { return nil }
    return try ExportedFile(path)
  }

  private init(_ path: String) throws(LogError) {
    self.path = path
    var counts: [Identity: Int] = [:]
    try LogLines.forEach(of: path) { line in
      guard let line, var event = Self.event(line) else {
        badLines += 1
        return
      }
      // Events that are equal stand one after the other only within one second.
      if event.at != events.last?.at { counts.removeAll(keepingCapacity: true) }
      let key = Identity(
        session: event.session, query: event.query, item: event.item, kind: event.kind)
      event.occurrence = counts[key, default: 0] + 1
      counts[key] = event.occurrence
      events.append(event)
    }
  }

  /// What makes two events of one time equal.
  private struct Identity: Hashable {
    var session: SessionName
    var query: [UInt8]
    var item: ItemID?
    var kind: Request.Record.Kind
  }

  private static func event(_ line: UnsafeBufferPointer<UInt8>) -> Request.ImportedEvent? {
    guard line.first == 0x7B, let value = try? JSONValue(parsing: line) else { return nil }
    return Request.ImportedEvent(value)
  }
}
