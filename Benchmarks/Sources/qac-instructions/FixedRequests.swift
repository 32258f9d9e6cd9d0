// The completions that are counted: queries of a log's last tenth, typed from nothing to ten
// characters and as a whole, with and without what their sessions submitted before, and mistyped.
// Then the same in sessions of 0, 64 and 256 earlier queries (`EarlierQueries`).
//
// For what is typed from nothing to ten characters, the groups without context are those of 0
// earlier queries.
//
// Invariant: decided by the log alone.

import BenchSessions
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

  /// What is typed of a query.
  private enum Typed: String, CaseIterable {
    case little = "0 to 3 characters"
    case more = "4 to 10 characters"
    case whole = "the whole query"
    case wrong = "mistyped"
  }

  /// Queries that are typed.
  private static let queries = 100
  /// Events of the log's end that the overlay holds.
  private static let liveEvents = 2000

  let overlay: LiveOverlay
  private(set) var groups: [Group] = []

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
    let earlier = EarlierQueries(log, learned: log.observations.count * 9 / 10)
    let step = max(1, replay.requestCount(of: .score) / Self.queries)
    var number = 0
    replay.forEachRequest(of: .score) { request in
      number += 1
      if number % step != 0 { return }
      add([.little, .more], of: request, in: SessionContext(), named: "no context")
      add(Typed.allCases, of: request, in: request.context, named: "in context")
      for count in EarlierQueries.counts {
        // Without earlier queries, what is typed from nothing to ten characters is there already.
        add(
          count == 0 ? [.whole, .wrong] : Typed.allCases, of: request,
          in: earlier.session(before: request.observation, holding: count),
          named: "\(count) earlier queries")
      }
    }
  }

  /// Adds what `typed` says of the request's query, in `session`, to the groups `named` like it.
  private mutating func add(
    _ typed: [Typed], of request: ReplayRequest, in session: SessionContext, named name: String
  ) {
    for typed in typed {
      let name = "\(typed.rawValue), \(name)"
      let place = groups.firstIndex { $0.name == name } ?? groups.count
      if place == groups.count { groups.append(Group(name: name)) }
      for prefix in Self.prefixes(typed, of: request.target) {
        groups[place].keystrokes.append(
          Keystroke(prefix: prefix, context: session, time: request.time))
      }
    }
  }

  private static func prefixes(_ typed: Typed, of query: [UInt8]) -> [[UInt8]] {
    // Of a character of several bytes a part is typed too: any bytes are a request.
    func prefixes(_ lengths: ClosedRange<Int>) -> [[UInt8]] {
      lengths.filter { $0 <= query.count }.map { Array(query[..<$0]) }
    }
    switch typed {
    case .little: return prefixes(0...3)
    case .more: return prefixes(4...10)
    case .whole: return [query]
    case .wrong:
      if query.count <= 6 { return [] }
      var prefix = Array(query[..<7])
      prefix.swapAt(3, 4)
      return [prefix]
    }
  }
}
