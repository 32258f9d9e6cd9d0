// Which events are deleted for good, and how many at a time.
//
// Invariant: what is deleted is overwritten with zeros (`secure_delete`), and a session without events has no
// row. Cost: O(events of the sessions in question within the times), in steps that are bounded, so that what
// others ask for waits for no more than one.

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

  /// Writes zeros where SQLite puts a row together before it goes into a page: it keeps that memory, and in
  /// it the end of the longest row, as long as the database is open. A row that fills it is added and deleted.
  static func overwriteWorkspace(of db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO session (id, name) VALUES (-1, zeroblob(4000))")
      .execute()
    try db.cachedStatement(sql: "DELETE FROM session WHERE id = -1").execute()
  }

  static func dropIfEmpty(
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

  /// Events that are older than that of this key are deleted.
  var cutoff: EventKey
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
          SELECT at, sequence FROM event WHERE session = ?1 AND (at, sequence) < (?2, ?3)
          ORDER BY at, sequence LIMIT ?4)
        """)
    var count = 0
    var next = ids.count == Self.sessions ? ids.last.map { $0 + 1 } : nil
    for id in ids {
      let room = Self.events - count
      try delete.execute(arguments: [id, cutoff.time, bound(in: id), room])
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

  /// The sequence before which the events of session `id` go that have the time of the cutoff.
  private func bound(in id: Int64) -> Int64 {
    if id == cutoff.session { return cutoff.sequence }
    return id < cutoff.session ? .max : .min
  }
}
