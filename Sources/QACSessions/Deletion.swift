// Which events are deleted for good, and how many at a time.
//
// Invariant: what is deleted is overwritten with zeros (`secure_delete`), and a session without events has no
// row. Cost: O(events of the sessions in question within the times); a step of retention is bounded, so
// that records wait for no more than one.

internal import Foundation
internal import GRDB

/// Which events to delete.
public struct Deletion: Sendable {
  /// The session's name, or nil for every session.
  public var session: [UInt8]?
  /// Unix seconds, both ends included.
  public var times: ClosedRange<Int64>
  /// Called on the writer's thread with each event that the rest hits; nil deletes all of them.
  public var matches: (@Sendable (StoredEvent) -> Bool)?

  /// Every time.
  public static let always = Int64.min...Int64.max

  /// Makes a deletion.
  public init(
    session: [UInt8]?, times: ClosedRange<Int64> = Deletion.always,
    matches: (@Sendable (StoredEvent) -> Bool)? = nil
  ) {
    self.session = session
    self.times = times
    self.matches = matches
  }

  /// What a deletion deleted.
  public struct Outcome: Sendable, Equatable {
    /// How many events.
    public var count = 0
    /// Their distinct queries as typed, where single events were chosen; else empty.
    public var queries: Set<[UInt8]> = []
  }

  /// Carries it out.
  func run(_ db: Database, _ changes: inout Job.Changes) throws -> Outcome {
    let sessions: [Int64]
    if let session {
      sessions = try Job.sessionID(session, db).map { [$0] } ?? []
    } else {
      sessions = try Int64.fetchAll(db, sql: "SELECT id FROM session ORDER BY id")
    }
    var outcome = Outcome()
    for session in sessions {
      let before = outcome.count
      try delete(session, db, &outcome)
      if outcome.count > before { try Self.dropIfEmpty(session, db, &changes) }
    }
    changes.note(deleted: outcome.count)
    return outcome
  }

  private func delete(_ session: Int64, _ db: Database, _ outcome: inout Outcome) throws {
    guard let matches else {
      let statement = try db.cachedStatement(
        sql: "DELETE FROM event WHERE session = ? AND at BETWEEN ? AND ?")
      try statement.execute(arguments: [session, times.lowerBound, times.upperBound])
      outcome.count += db.changesCount
      return
    }
    let all = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, sequence FROM event
        WHERE session = ? AND at BETWEEN ? AND ?
        """)
    var doomed: [(at: Int64, sequence: Int64)] = []
    let rows = try Row.fetchCursor(
      all, arguments: [session, times.lowerBound, times.upperBound])
    while let row = try rows.next() {
      let event = try Job.event(row)
      guard matches(event) else { continue }
      doomed.append((row[2], row[3]))
      outcome.queries.insert(event.query)
    }
    let one = try db.cachedStatement(
      sql: "DELETE FROM event WHERE session = ? AND at = ? AND sequence = ?")
    for key in doomed { try one.execute(arguments: [session, key.at, key.sequence]) }
    outcome.count += doomed.count
  }

  fileprivate static func dropIfEmpty(
    _ session: Int64, _ db: Database, _ changes: inout Job.Changes
  ) throws {
    let rest = try db.cachedStatement(sql: "SELECT 1 FROM event WHERE session = ? LIMIT 1")
    guard try Row.fetchOne(rest, arguments: [session]) == nil else { return }
    try db.cachedStatement(sql: "DELETE FROM session WHERE id = ?").execute(arguments: [session])
    changes.sessions -= 1
  }
}

/// A step of deleting what is too old: a few sessions, a bounded number of events.
struct ExpiryStep: Sendable {
  /// The most events that a step deletes, about.
  static let events = 2_000
  /// The most sessions that a step looks at.
  static let sessions = 256

  /// Unix seconds; events before then are deleted.
  var cutoff: Int64
  /// The session to begin with.
  var session: Int64 = 0

  /// Carries it out; the number of events deleted, and the next step if there is one.
  func run(_ db: Database, _ changes: inout Job.Changes) throws -> (count: Int, next: ExpiryStep?) {
    let ids = try Int64.fetchAll(
      db, sql: "SELECT id FROM session WHERE id >= ? ORDER BY id LIMIT ?",
      arguments: [session, Self.sessions])
    let delete = try db.cachedStatement(
      sql: """
        DELETE FROM event WHERE session = ?1 AND (at, sequence) IN (
          SELECT at, sequence FROM event WHERE session = ?1 AND at < ?2
          ORDER BY at, sequence LIMIT ?3)
        """)
    var count = 0
    var next = ids.count == Self.sessions ? ids.last.map { $0 + 1 } : nil
    for id in ids {
      let room = Self.events - count
      try delete.execute(arguments: [id, cutoff, room])
      let deleted = db.changesCount
      count += deleted
      if deleted > 0 { try Deletion.dropIfEmpty(id, db, &changes) }
      if deleted == room {
        // There may be more of this one.
        next = id
        break
      }
    }
    changes.note(deleted: count)
    return (count, next.map { ExpiryStep(cutoff: cutoff, session: $0) })
  }
}
