// One run of the import: sends events, shows the progress on a terminal, and tells what was done.

import Glibc
import QACClient
import QACLogs
import QACProtocol
import QACTerminal

final class ImportRun {
  private let importer: Importer
  private let showsLeftOut: Bool
  private let isShown = isatty(2) == 1
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var total = 0
  private var sent = 0
  /// How many events were left out, by why.
  private var leftOut: [String: Int] = [:]

  init(client: Client, showsLeftOut: Bool) {
    importer = Importer(client: client) { poll(nil, 0, $0) }
    self.showsLeftOut = showsLeftOut
  }

  /// Takes note of a text that is left out.
  func note(_ text: String, _ reason: ImportTable.Omission) {
    if showsLeftOut { Console.write("left out (\(reason.phrase)): \(VisibleText.of(text))\n") }
  }

  /// Sends the events of a log or a history.
  func send(_ table: ImportTable) throws(ClientError) {
    for file in table.report.files {
      // Only a person's own terminal shows text of the log.
      Console.complain(isShown ? file.reading : file.description)
    }
    for note in table.report.notes { Console.complain(note) }
    count(table.report.badLines, "lines that cannot be read")
    for (reason, number) in table.report.omissions { count(number, reason.rawValue) }
    for (reason, number) in table.omissions { count(number, reason.phrase) }
    total += table.rows.count
    for row in table.rows {
      guard let event = Request.ImportedEvent(row, of: table) else {
        count(1, "not valid")
        continue
      }
      try send(event)
    }
    try finish()
  }

  /// Sends the events of an exported file.
  func send(_ file: ExportedFile) throws(ClientError) {
    Console.complain("\(file.path): an export of \(file.events.count) events")
    count(file.badLines, "lines that cannot be read")
    total += file.events.count
    for event in file.events { try send(event) }
    try finish()
  }

  private func count(_ number: Int, _ reason: String) {
    if number > 0 { leftOut[reason, default: 0] += number }
  }

  private func send(_ event: Request.ImportedEvent) throws(ClientError) {
    try importer.add(event)
    sent += 1
    if sent % 64 == 0 { show() }
  }

  private func finish() throws(ClientError) {
    try importer.finish()
    if isShown { RawMode.write("\r\u{1B}[K", to: 2) }
  }

  private var done: Int { importer.counts.recorded + importer.counts.known + importer.counts.ahead }

  private func show() {
    let now = ContinuousClock.now
    guard isShown, now - lastShown > .milliseconds(100), done > 0 else { return }
    lastShown = now
    let rate = Double(done) / ((now - start) / .seconds(1))
    let left = Double(total - done) / rate
    RawMode.write(
      "\r\(done) of \(total) done (\(done * 100 / max(1, total)) %), \(Int(rate)) per second, "
        + "\(Int(max(0, left).rounded(.up))) s left\u{1B}[K", to: 2)
  }

  /// Prints what was done.
  func summarize(json: Bool) {
    let counts = importer.counts
    count(counts.ahead, "later than the daemon's clock")
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let reasons = leftOut.sorted { $0.key < $1.key }
    if json {
      Console.write(
        json: .object([
          .init("recorded", .integer(Int64(counts.recorded))),
          .init("known", .integer(Int64(counts.known))),
          .init(
            "left_out", .object(reasons.map { .init($0.key, .integer(Int64($0.value))) })),
          .init("seconds", .double((seconds * 1000).rounded() / 1000)),
        ]))
      return
    }
    var text =
      "\(counts.recorded) recorded, \(counts.known) known already, "
      + "in \((seconds * 100).rounded() / 100) s\n"
    for (reason, number) in reasons { text += "\(number) left out: \(reason)\n" }
    if reasons.contains(where: { $0.key == ImportTable.Omission.secret.phrase }), !showsLeftOut {
      text += "to see what is left out, add --show-left-out; to import it, --keep-secrets\n"
    }
    Console.write(text)
  }
}

extension ImportTable.Omission {
  /// Why, in a phrase.
  var phrase: String {
    switch self {
    case .secret: return "with a secret"
    case .tooLong: return "longer than \(ProtocolLimits.maximumTextBytes) bytes"
    }
  }
}

extension Request.ImportedEvent {
  /// The event of `row`; nil if the protocol has no room for it.
  init?(_ row: ImportTable.Row, of table: ImportTable) {
    let query = Array(table.bytes(row.query))
    guard let session = SessionName(bytes: Array(table.bytes(row.session))), Self.isQuery(query),
      (0...ProtocolLimits.maximumTime).contains(row.time)
    else { return nil }
    var circumstances = Request.Circumstances()
    if row.thread != ImportTable.none {
      circumstances.thread = SessionName(bytes: Array(table.bytes(row.thread)))
    }
    if row.place != ImportTable.none {
      circumstances.place = Place(bytes: Array(table.bytes(row.place)))
    }
    circumstances.outcome = row.outcome.map { $0 == .ok ? .ok : .failed }
    self.init(
      session: session, query: query, at: row.time, circumstances: circumstances,
      occurrence: Int(row.occurrence), isUndated: table.isUndated)
  }
}
