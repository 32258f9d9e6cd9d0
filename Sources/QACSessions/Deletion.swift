// Which events are deleted for good, and how many at a time.
//
// Invariant: deleted content is overwritten with zeros (`secure_delete`), and a session without
// events has no row. Cost: O(events of the sessions within the times), in bounded steps, so that
// other jobs wait for at most one step.

internal import Foundation
internal import GRDB

/// Which events to delete.
public struct Deletion: Sendable {
  /// The session's name; nil for every session.
  public var session: [UInt8]?
  /// Unix seconds, both ends included.
  public var times: ClosedRange<Int64>
  /// Called on the writer's thread for each event of `session` and `times`: whether to delete it.
  /// Nil deletes all of them.
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
    /// Their distinct queries as typed, if `matches` chose them; else empty.
    public var queries: Set<[UInt8]> = []
    /// How many of the events were examples.
    var examples = 0
  }

  /// Overwrites the memory in which SQLite assembles a row before it goes into a page.
  ///
  /// SQLite keeps that memory as long as the database is open, and in it the end of the longest
  /// row. So a row of zeros that fills the memory is added and deleted.
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
    changes.numbers.forget()
    changes.sessions -= 1
  }
}

/// A step of deleting events that are too old: of a few sessions, a bounded number of events.
struct ExpiryStep: Sendable {
  /// About the most events that a step deletes.
  static let events = 2_000
  /// The most sessions that a step looks at.
  static let sessions = 256

  /// Events that are older than the event of this key are deleted.
  var cutoff: EventKey
  /// The number of the session to begin with.
  var session: Int64 = 0

  /// Carries the step out.
  ///
  /// - Returns: How many events were deleted, and the next step if there is one.
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
    let countExamples = try db.cachedStatement(
      sql: """
        SELECT count(item) FROM (
          SELECT item FROM event WHERE session = ?1 AND (at, sequence) < (?2, ?3)
          ORDER BY at, sequence LIMIT ?4)
        """)
    var count = 0
    var examples = 0
    var next = ids.count == Self.sessions ? ids.last.map { $0 + 1 } : nil
    for id in ids {
      let room = Self.events - count
      let doomed: StatementArguments = [id, cutoff.time, bound(in: id), room]
      if let searched = try changes.searchedName(of: id, db) {
        let queries = try Row.fetchCursor(
          db.cachedStatement(
            sql: """
              SELECT query, place, at, sequence, item IS NULL FROM event
              WHERE session = ?1 AND (at, sequence) < (?2, ?3) ORDER BY at, sequence LIMIT ?4
              """), arguments: doomed)
        while let row = try queries.next() {
          guard row[4] as Bool else { continue }
          changes.removed(
            try row.decode(Data.self, atIndex: 0), at: try row.decode(Data?.self, atIndex: 1),
            EventKey(time: row[2], session: id, sequence: row[3]), of: searched)
        }
      }
      examples += try Int.fetchOne(countExamples, arguments: doomed) ?? 0
      try delete.execute(arguments: doomed)
      let deleted = db.changesCount
      count += deleted
      if deleted > 0 { try Deletion.dropIfEmpty(id, db, &changes) }
      if deleted == room {
        // This session may have more events.
        next = id
        break
      }
    }
    changes.note(deleted: count, examples: examples)
    return (count, next.map { ExpiryStep(cutoff: cutoff, session: $0) })
  }

  /// Of the events of session `id` at the cutoff's time, those with a sequence below this are
  /// deleted.
  private func bound(in id: Int64) -> Int64 {
    if id == cutoff.session { return cutoff.sequence }
    return id < cutoff.session ? .max : .min
  }
}
