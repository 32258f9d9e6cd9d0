// Requests as people make them: queries that were submitted after the index was built, typed key by
// key, each in its session's context, with what everybody submitted in between in the overlay.
//
// Queries are taken evenly from the second half of what came after the index; the first half, and
// the log, are in contexts and overlay. Memory: the log, and contexts of the sampled users alone;
// `holding` adds some 100 bytes per earlier query.

import BenchSessions
import QACEngine
import QACIndex
import QACLogs
import QACText

/// Requests typed key by key.
struct Keystrokes {
  /// A query to be typed.
  struct Query {
    /// As typed, in its normal form.
    var text: [UInt8]
    var session: UInt32
    /// Where it stands in the log.
    var position: Int
    var context: SessionContext
    var time: Int64
    /// Bytes at which a character ends, from 0.
    var ends: [Int]

    /// Whether a query was submitted before in the session, not long ago.
    var isInContext: Bool { context.previousText(at: time) != nil }
  }

  /// Least events after the index.
  private static let leastEvents = 100

  private(set) var queries: [Query]
  let overlay: LiveOverlay
  /// Makes sessions of a given length.
  private let earlier: EarlierQueries
  /// All that was submitted after the index, in order: user, query as typed.
  let submitted: [(user: UInt32, query: [UInt8])]

  /// Reads `log`, and takes `count` queries from its end.
  init(_ log: BenchLog, count: Int, index: LabelIndex) throws {
    var options = LogReadOptions()
    options.profile = index.profile
    let ahead = try LogReader.read(paths: [log.next], options: options).observations.count
    let read = try LogReader.read(paths: [log.log, log.next], options: options)
    let first = read.observations.count - ahead
    guard ahead >= Self.leastEvents else {
      throw BenchError.logTooShort(path: log.next, events: ahead, needed: Self.leastEvents)
    }
    let asked = first + ahead / 2
    let step = max(1, (read.observations.count - asked) / count)
    func isAsked(_ i: Int) -> Bool { i >= asked && (i - asked) % step == 0 }
    var users: Set<UInt32> = []
    for (i, seen) in read.observations.enumerated() where isAsked(i) { users.insert(seen.user) }

    overlay = LiveOverlay(index: index)
    var contexts: [UInt32: SessionContext] = [:]
    var queries: [Query] = []
    for (i, seen) in read.observations.enumerated() {
      let text = read.queries.normalized[Int(seen.query)]
      let surface = read.queries.surface[Int(seen.query)]
      if i >= first, i < asked {
        overlay.record(
          normalized: text, surface: surface, session: StableHash.mix(UInt64(seen.user) + 1),
          at: seen.time)
      }
      guard users.contains(seen.user) else { continue }
      if isAsked(i) {
        queries.append(
          Query(
            text: text, session: seen.user, position: i,
            context: contexts[seen.user] ?? SessionContext(), time: seen.time,
            ends: Self.ends(of: text)))
      }
      contexts[seen.user, default: SessionContext()].record(
        normalized: text, surface: surface, at: seen.time)
    }
    self.queries = queries
    earlier = EarlierQueries(read, learned: first)
    submitted = read.observations[first...].map {
      ($0.user, read.queries.surface[Int($0.query)])
    }
  }

  /// These with at most `count` of their queries, spread evenly.
  func thinned(to count: Int) -> Keystrokes {
    var copy = self
    let step = max(1, queries.count / count)
    copy.queries = queries.indices.filter { $0 % step == 0 }.map { queries[$0] }
    return copy
  }

  /// These with `count` earlier queries in the session of each.
  func holding(_ count: Int) -> Keystrokes {
    var copy = self
    for i in copy.queries.indices {
      copy.queries[i].context = earlier.session(before: copy.queries[i].position, holding: count)
    }
    return copy
  }

  /// Where the characters of `text` end.
  static func ends(of text: [UInt8]) -> [Int] {
    [0] + text.indices.filter { $0 + 1 == text.count || text[$0 + 1] & 0xC0 != 0x80 }.map { $0 + 1 }
  }
}
