// The import of one history in `qac-cli setup`.

import Glibc
import QACClient
import QACLogs
import QACProtocol

/// Sends the commands of a history, and counts what became of them.
final class HistoryRun {
  private let importer: Importer
  private let known: KnownTimes
  private var recordedBefore = 0
  private var leftOut: [String: Int] = [:]

  /// Makes one that leaves out what is in `known`.
  init(client: Client, known: KnownTimes) {
    importer = Importer(client: client) { poll(nil, 0, $0) }
    self.known = known
  }

  /// Sends the events of a history.
  func send(_ table: ImportTable) throws(ClientError) {
    count(table.report.badLines, "lines that cannot be read")
    for (reason, number) in table.report.omissions { count(number, reason.rawValue) }
    for (reason, number) in table.omissions { count(number, reason.phrase) }
    for row in table.rows {
      guard let event = Request.ImportedEvent(row, of: table) else {
        count(1, "not valid")
        continue
      }
      // Where the history has no times, the daemon compares texts alone.
      if !table.isUndated, known.take(event.query, at: event.at) {
        recordedBefore += 1
      } else {
        try importer.add(event)
      }
    }
    try importer.finish()
    count(importer.counts.ahead, "later than the daemon's clock")
  }

  private func count(_ number: Int, _ reason: String) {
    if number > 0 { leftOut[reason, default: 0] += number }
  }

  /// How many commands were added.
  var recorded: Int { importer.counts.recorded }

  /// What was done, in words.
  var summary: String {
    let counts = importer.counts
    var text = "\(counts.recorded) commands imported"
    let known = counts.known + recordedBefore
    if known > 0 { text += ", \(known) known already" }
    for (reason, number) in leftOut.sorted(by: { $0.key < $1.key }) {
      text += ", \(number) left out (\(reason))"
    }
    return text
  }
}
