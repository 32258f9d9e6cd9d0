// The completions that are counted: queries of a log's last tenth, typed from nothing to ten
// characters and as a whole, with and without what their sessions submitted before, and mistyped.
//
// Invariant: decided by the log alone.

import QACEngine
import QACLogs
import QACReplay
import QACText

/// Completions, in groups.
struct FixedRequests {
  /// One request.
  struct Keystroke {
    var prefix: [UInt8]
    var context: SessionContext
    var time: Int64
  }

  /// Requests of one kind.
  struct Group {
    var name: String
    var keystrokes: [Keystroke] = []
  }

  /// Queries that are typed.
  private static let queries = 100
  /// Events of the log's end that the overlay holds.
  private static let liveEvents = 2000

  let overlay: LiveOverlay
  private(set) var groups: [Group] = [
    Group(name: "0 to 3 characters, no context"), Group(name: "0 to 3 characters, in context"),
    Group(name: "4 to 10 characters, no context"), Group(name: "4 to 10 characters, in context"),
    Group(name: "the whole query, in context"), Group(name: "mistyped, in context"),
  ]

  /// Makes the requests on `log` to `engine`.
  init(_ log: QueryLog, _ engine: CompletionEngine) {
    let first = log.observations.count - Self.liveEvents
    overlay = LiveOverlay(index: engine.index, cutoff: log.observations[first].time)
    for observation in log.observations[first...] {
      overlay.record(
        normalized: log.queries.normalized[Int(observation.query)],
        surface: log.queries.surface[Int(observation.query)],
        session: UInt64(observation.user), at: observation.time)
    }
    let replay = LogReplay(
      log, split: LogSplit(log, by: .time, seed: 1), protocol: .replay, seed: 1)
    let step = max(1, replay.requestCount(of: .score) / Self.queries)
    var number = 0
    replay.forEachRequest(of: .score) { request in
      number += 1
      if number % step == 0 { add(request) }
    }
  }

  private mutating func add(_ request: ReplayRequest) {
    for length in 0...min(10, request.target.count) {
      let prefix = Array(request.target[..<length])
      // Of a character of several bytes a part is typed too: any bytes are a request.
      let group = length <= 3 ? 0 : 2
      groups[group].keystrokes.append(
        Keystroke(prefix: prefix, context: SessionContext(), time: request.time))
      groups[group + 1].keystrokes.append(
        Keystroke(prefix: prefix, context: request.context, time: request.time))
    }
    groups[4].keystrokes.append(
      Keystroke(prefix: request.target, context: request.context, time: request.time))
    if request.target.count > 6 {
      var prefix = Array(request.target[..<7])
      prefix.swapAt(3, 4)
      groups[5].keystrokes.append(
        Keystroke(prefix: prefix, context: request.context, time: request.time))
    }
  }
}
