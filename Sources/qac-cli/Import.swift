// qac-cli import: records the events of a log into their sessions, with their times.

import ArgumentParser
import Glibc
import QACClient
import QACLogs
import QACProtocol
import QACTerminal
import QACText

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Record the events of query logs into their sessions, oldest first.",
    discussion: """
      The daemon must run with --clock client. Every session of the log becomes a session of the daemon \
      with the same name. If you import a log twice, its events are recorded twice.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The log files: plain, gzip or Zstandard.", valueName: "file"))
  var log: [String]

  @Option(
    help: ArgumentHelp(
      "The logs' format: \(Import.formats). Name it if auto, which looks at the first lines, fails.",
      valueName: "name"),
    transform: { name in
      guard let format = LogFormat(rawValue: name) else {
        throw ValidationError("there is no such format; give --format one of \(Import.formats)")
      }
      return format
    })
  var format = LogFormat.auto

  @Option(
    help: ArgumentHelp(
      "The present in unix seconds, to import logs as if it were then; lines more than a day later "
        + "are left out. (default: the clock)", valueName: "seconds"))
  var now: Int64?

  private static let formats =
    LogFormat.allCases.filter { $0 == .auto || $0.isTimed }.map(\.rawValue).joined(separator: ", ")

  func run() throws {
    let events = try read()
    let client = connection.client()
    var importer = Importer(client: client, total: events.count)
    try Console.run { () throws(ClientError) in
      for event in events { try importer.add(event) }
      try importer.finish()
    }
    importer.summarize(json: output.json)
  }

  private func read() throws -> [RawEvent] {
    var events: [RawEvent] = []
    do {
      // Verbatim: a query of punctuation only is a query too.
      let options = LogReadOptions(
        format: format, profile: .verbatim, now: now ?? Int64(time(nil)))
      let report = try LogReader.forEachEvent(paths: log, options: options) { events.append($0) }
      for note in report.notes { Console.complain(note) }
    } catch {
      Console.complain("\(error)")
      throw ExitCode.failure
    }
    // Stable: events of one second stay in the order of the log.
    return events.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    .map(\.element)
  }
}

/// Sends records, many at a time, and shows the progress.
struct Importer {
  /// How many records may wait for their answers: enough to share one transaction of the daemon.
  private static let window = 256
  /// How often a record is sent before a daemon that is too busy counts as an error.
  private static let attempts = 50

  private let client: Client
  private let total: Int
  private let isShown = isatty(2) == 1
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var sent: [Int64: (record: Request.Record, attempt: Int)] = [:]
  private var recorded = 0
  private var skipped = 0

  init(client: Client, total: Int) {
    self.client = client
    self.total = total
  }

  /// Records an event; waits if too many records are under way.
  mutating func add(_ event: RawEvent) throws(ClientError) {
    let query = Array(event.query.utf8)
    guard let session = SessionName(event.session), !query.allSatisfy(Tokenizer.isSpace),
      !query.contains(0),
      query.count <= ProtocolLimits.maximumTextBytes,
      (0...ProtocolLimits.maximumTime).contains(event.time)
    else {
      skipped += 1
      return
    }
    try send(.init(session: session, query: query, at: event.time), attempt: 1)
    while sent.count >= Self.window { try settle() }
  }

  /// Waits for the answers to all records.
  mutating func finish() throws(ClientError) {
    while !sent.isEmpty { try settle() }
    if isShown { RawMode.write("\r\u{1B}[K", to: 2) }
  }

  private mutating func send(_ record: Request.Record, attempt: Int) throws(ClientError) {
    sent[try client.send(.record(record))] = (record, attempt)
  }

  /// Receives one answer; sends its record again if the daemon was too busy.
  private mutating func settle() throws(ClientError) {
    let response = try client.receive()
    guard let id = response.id.integer, let (record, attempt) = sent.removeValue(forKey: id) else {
      if case .failure(let error) = response.outcome { throw .refused(error) }
      return
    }
    switch response.outcome {
    case .success:
      recorded += 1
      if recorded % 64 == 0 { show() }
    case .failure(let error):
      guard error.known?.isTransient == true, attempt < Self.attempts else { throw .refused(error) }
      poll(nil, 0, 20)
      try send(record, attempt: attempt + 1)
    }
  }

  private mutating func show() {
    let now = ContinuousClock.now
    guard isShown, now - lastShown > .milliseconds(100) else { return }
    lastShown = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(recorded) / seconds
    let left = Double(total - recorded - skipped) / rate
    RawMode.write(
      "\r\(recorded) of \(total) recorded (\(recorded * 100 / max(1, total)) %), "
        + "\(Int(rate)) per second, \(Int(left.rounded(.up))) s left\u{1B}[K", to: 2)
  }

  /// Prints what was done.
  func summarize(json: Bool) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if json {
      Console.write(
        json: .object([
          .init("recorded", .integer(Int64(recorded))), .init("skipped", .integer(Int64(skipped))),
          .init("seconds", .double((seconds * 1000).rounded() / 1000)),
        ]))
      return
    }
    var text = "\(recorded) recorded in \((seconds * 100).rounded() / 100) s"
    if skipped > 0 {
      text += ", \(skipped) skipped, because their session name, text or time is not valid"
    }
    Console.write(text + "\n")
  }
}
