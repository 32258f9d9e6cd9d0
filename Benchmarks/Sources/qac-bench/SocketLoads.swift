// Completions over the socket, beside a bare echo and Redis under the same load.
//
// Each client types queries that its users submitted after the index was built, key by key, and
// then submits them: a record as often as keeps records at one in twenty. Under the schedules
// below, and once as fast as answers come.

import Glibc
import QACProtocol

/// Loads a daemon and two yardsticks through their sockets.
struct SocketLoads {
  /// Clients, and requests a second of all of them together.
  static let schedules: [(clients: Int, rate: Double)] = [
    (1, 1_000), (8, 8_000), (50, 25_000), (200, 25_000),
  ]
  /// Records among the requests.
  private static let recordShare = 0.05
  /// The most queries of one client's stream; then it begins anew.
  private static let queriesPerClient = 2000

  let log: BenchLog
  let keystrokes: Keystrokes
  let tools: Tools
  let work: String
  /// Seconds of each run.
  let seconds: Double

  /// One run after another of each server and number of clients.
  func measure(into report: inout Report) throws {
    for (clients, rate) in Self.schedules {
      for pace in [Pace.rate(rate), .asAnswered] {
        let size = try daemon(clients, pace, into: &report)
        try echo(clients, pace, into: &report)
        try redis(clients, pace, value: size, into: &report)
      }
    }
  }

  /// The daemon; returns the mean bytes of an answer.
  private func daemon(_ clients: Int, _ pace: Pace, into report: inout Report) throws -> Int {
    let server = try Server.daemon(tools, index: log.index, work: work)
    defer { server.process.stop() }
    let result = try run(server, streams(clients), pace, into: &report)
    return result.answerBytes / max(1, result.answered)
  }

  private func echo(_ clients: Int, _ pace: Pace, into report: inout Report) throws {
    let server = try Server.echo(work: work)
    defer { server.process.stop() }
    let line =
      "{\"jsonrpc\":\"2.0\",\"id\":100000000,\"method\":\"complete\",\"params\":"
      + "{\"session\":\"u12345\",\"prefix\":\"running\"}}\n"
    let stream = RequestStream(lines: [line])
    _ = try run(server, Array(repeating: stream, count: clients), pace, into: &report)
  }

  private func redis(
    _ clients: Int, _ pace: Pace, value: Int, into report: inout Report
  ) throws {
    guard let server = try Server.redis(work: work, value: value) else { return }
    defer { server.process.stop() }
    let stream = RequestStream(lines: ["GET k\r\n"])
    _ = try run(server, Array(repeating: stream, count: clients), pace, into: &report)
  }

  private func run(
    _ server: Server, _ streams: [RequestStream], _ pace: Pace, into report: inout Report
  ) throws -> LoadResult {
    let generator = try LoadGenerator(streams, matching: server.matching, path: server.path)
    // Sessions are loaded and working memory grows before anything counts.
    _ = generator.run(pace, seconds: min(1, seconds))
    let before = server.process.processorSeconds
    let result = generator.run(pace, seconds: seconds)
    let processor = server.process.processorSeconds - before
    var schedule: Double?
    if case .rate(let rate) = pace { schedule = rate }
    let answered = Double(max(1, result.answered))
    report.loads.append(
      Report.Load(
        server: server.name, log: log.name, clients: streams.count, schedule: schedule,
        rate: Double(result.answered) / result.seconds,
        completions: Percentiles(result.completions), records: Percentiles(result.records),
        errors: result.errors, refused: result.refused, lost: result.lost,
        serverMicroseconds: processor / answered * 1e6,
        generatorMicroseconds: result.processorSeconds / answered * 1e6))
    return result
  }

  /// What each of `clients` clients types and submits: the users of the log's end in turn.
  func streams(_ clients: Int) -> [RequestStream] {
    var requests = [[Request]](repeating: [], count: clients)
    var records = [Int](repeating: 0, count: clients)
    var queries = [Int](repeating: 0, count: clients)
    for (user, query) in keystrokes.submitted {
      let client = Int(user) % clients
      guard queries[client] < Self.queriesPerClient, let session = SessionName("u\(user)"),
        query.count <= 200
      else { continue }
      queries[client] += 1
      for end in Keystrokes.ends(of: query) {
        requests[client].append(
          .complete(
            Request.Complete(context: .session(session), prefix: Array(query[..<end]))))
      }
      if Double(records[client]) < Self.recordShare * Double(requests[client].count) {
        records[client] += 1
        requests[client].append(.record(Request.Record(session: session, query: query)))
      }
    }
    let typed = requests.filter { !$0.isEmpty }
    // More clients than users: some type what others do.
    return requests.enumerated().map { i, own in
      RequestStream(own.isEmpty ? typed[i % typed.count] : own)
    }
  }
}
