// Sessions that hold a given number of earlier queries, made of a real log.
//
// A completion costs more in a session that holds more queries, and few users of a log have
// hundreds. Each session is made by this rule, newest query first:
// - the user's own queries before the one that is typed;
// - where these are too few, the queries of other users in the part of the log that the index has
//   learned, one user after another as a seeded generator draws them, each user's in their order;
// - the newest `recent` queries are three minutes apart, so that they are context; the others are
//   an hour apart, so that they are history.
//
// Invariant: a session depends only on the log, the position, the number and the seed. The session
// of 64 queries is the newest part of the session of 256.
// Cost: O(queries of the session) to make one, and one number per event of the log in memory.

import QACBinary
public import QACEngine
public import QACLogs
import QACText

/// Makes sessions of a given number of earlier queries.
public struct EarlierQueries {
  /// The numbers of earlier queries that are measured. The last is all that a session keeps.
  public static let counts = [0, 64, SessionContext.defaultCapacity]

  /// How many of them, at most, were submitted within the last half hour.
  private static let recent = 8
  /// Seconds from one recent query to the next.
  private static let recentGap: Int64 = 3 * 60
  /// Seconds from one query of the history to the next.
  private static let historyGap: Int64 = 60 * 60

  private let log: QueryLog
  /// By user, the positions of their queries in the log.
  private let positions: [[Int]]
  /// By user, how many of these the index has learned.
  private let learned: [Int]
  /// The users whose queries may fill a session.
  private let lenders: [Int]
  private let seed: UInt64

  /// Makes sessions from `log`, which has times; the index has learned its first `learned` events.
  ///
  /// - Precondition: the learned part has queries of at least two users.
  public init(_ log: QueryLog, learned count: Int, seed: UInt64 = 1) {
    self.log = log
    self.seed = seed
    let users = log.observations.reduce(0) { max($0, Int($1.user) + 1) }
    var positions = [[Int]](repeating: [], count: users)
    var learned = [Int](repeating: 0, count: users)
    for (i, seen) in log.observations.enumerated() {
      positions[Int(seen.user)].append(i)
      if i < count { learned[Int(seen.user)] += 1 }
    }
    lenders = learned.indices.filter { learned[$0] > 0 }
    self.positions = positions
    self.learned = learned
    precondition(lenders.count > 1, "the learned part of the log has one user; take another log")
  }

  /// The session in which the query at position `i` of the log is typed, after `count` others.
  public func session(before i: Int, holding count: Int) -> SessionContext {
    let user = Int(log.observations[i].user)
    var newestFirst = Array(positions[user].filter { $0 < i }.suffix(count).reversed())
    var random = SplitMix64(seed: seed ^ StableHash.mix(UInt64(i)))
    while newestFirst.count < count {
      let lender = lenders[random.below(lenders.count)]
      if lender == user { continue }
      newestFirst += positions[lender].prefix(learned[lender]).suffix(count - newestFirst.count)
        .reversed()
    }
    var session = SessionContext()
    for (place, position) in newestFirst.enumerated().reversed() {
      let query = Int(log.observations[position].query)
      session.record(
        normalized: log.queries.normalized[query], surface: log.queries.surface[query],
        at: log.observations[i].time - Self.age(place))
    }
    return session
  }

  /// The age of a query at the time of the request, in seconds; 0 is the place of the newest.
  private static func age(_ place: Int) -> Int64 {
    place < recent
      ? recentGap * Int64(place + 1)
      : SessionContext.contextSeconds + historyGap * Int64(place + 1 - recent)
  }
}
