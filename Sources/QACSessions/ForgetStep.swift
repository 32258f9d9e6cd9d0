// A step of a deletion that a client asked for.
//
// A deletion may have to look at every event of the database. It goes in steps, between which the
// store does other jobs. Most deletions are done in their first step, in their turn. Events that
// are recorded after a deletion has begun are spared: their keys are noted, and the later steps
// skip them. A read of the session that comes after the deletion waits for its end.
//
// Invariant: after the last step, every event that the deletion covers and that was recorded before
// the first step is gone, and no event that was recorded after it.
// Cost: a step looks at about `events` events and `sessions` sessions at most.

internal import Foundation
internal import GRDB
internal import Synchronization

/// A part of a deletion.
struct ForgetStep: Sendable {
  /// About the most events that a step looks at.
  static let events = 2_000
  /// The most sessions that a step looks at.
  static let sessions = 256

  /// The state of a deletion that has begun and is not done.
  final class Progress: Sendable {
    /// The session to delete from; nil for all.
    let session: [UInt8]?
    private let spared = Mutex<Set<EventKey>>([])
    private let waiting = Mutex<[Job]>([])

    init(session: [UInt8]?) {
      self.session = session
    }

    /// Notes an event that was recorded after the deletion began.
    func spare(_ key: EventKey) { spared.withLock { _ = $0.insert(key) } }

    /// Whether the event was recorded after the deletion began.
    func spares(_ key: EventKey) -> Bool { spared.withLock { $0.contains(key) } }

    /// Puts off `read`, which reads this session, until the deletion is done.
    func putOff(_ read: Job) { waiting.withLock { $0.append(read) } }

    /// Removes and returns the reads that were put off.
    func takeWaiting() -> [Job] {
      waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
    }
  }

  let deletion: Deletion
  /// Nil before the first step.
  var progress: Progress?
  /// Where to go on: the session's number, and the key of the next event in it.
  private var session: Int64 = 0
  private var next: EventKey?

  /// The first step of `deletion`.
  init(_ deletion: Deletion) {
    self.deletion = deletion
  }

  /// Carries the step out.
  ///
  /// - Returns: What was deleted, and the next step if there is one.
  func run(
    _ db: Database, _ changes: inout Job.Changes
  ) throws -> (outcome: Deletion.Outcome, next: ForgetStep?) {
    var outcome = Deletion.Outcome()
    var room = Self.events
    var following: ForgetStep?
    let ids = try sessionIDs(db)
    for id in ids {
      let before = outcome.count
      let rest = try delete(
        from: id, start: id == session ? next : nil, db, room: &room, outcome: &outcome, &changes)
      if outcome.count > before { try Deletion.dropIfEmpty(id, db, &changes) }
      if let rest {
        following = step(session: id, next: rest)
        break
      }
    }
    if following == nil, deletion.session == nil, ids.count == Self.sessions, let last = ids.last {
      following = step(session: last + 1, next: nil)
    }
    changes.note(deleted: outcome.count, examples: outcome.examples)
    if following == nil, progress != nil || outcome.count > 0 { changes.forgot = true }
    if let progress {
      if following == nil { changes.unfinished.removeAll { $0 === progress } }
    } else if let progress = following?.progress {
      changes.unfinished.append(progress)
    }
    return (outcome, following)
  }

  private func step(session: Int64, next: EventKey?) -> ForgetStep {
    var step = self
    step.progress = progress ?? Progress(session: deletion.session)
    step.session = session
    step.next = next
    return step
  }

  private func sessionIDs(_ db: Database) throws -> [Int64] {
    if let name = deletion.session { return try Job.sessionID(name, db).map { [$0] } ?? [] }
    return try Int64.fetchAll(
      db, sql: "SELECT id FROM session WHERE id >= ? ORDER BY id LIMIT ?",
      arguments: [session, Self.sessions])
  }

  /// Deletes events of one session.
  ///
  /// - Parameters:
  ///   - session: The session's number.
  ///   - start: The key to go on from; nil to begin with the oldest event.
  ///   - db: The database.
  ///   - room: How many more events the step may look at.
  ///   - outcome: What the step has deleted.
  ///   - changes: Where it is noted for searches.
  /// - Returns: The key to go on from if there was not enough room; else nil.
  /// - Throws: The error of SQLite.
  private func delete(
    from session: Int64, start: EventKey?, _ db: Database, room: inout Int,
    outcome: inout Deletion.Outcome, _ changes: inout Job.Changes
  ) throws -> EventKey? {
    let events = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, form, sequence, item IS NOT NULL, place FROM event
        WHERE session = ?1 AND at BETWEEN ?2 AND ?3 AND (at, sequence) >= (?4, ?5)
        ORDER BY at, sequence
        """)
    let first = start ?? EventKey.start(of: deletion.times.lowerBound)
    let rows = try Row.fetchCursor(
      events,
      arguments: [
        session, deletion.times.lowerBound, deletion.times.upperBound, first.time, first.sequence,
      ])
    let searched = try changes.searchedName(of: session, db)
    var doomed: [EventKey] = []
    var rest: EventKey?
    while let row = try rows.next() {
      let key = EventKey(time: row[2], session: session, sequence: row[4])
      if room <= 0 {
        rest = key
        break
      }
      room -= 1
      if progress?.spares(key) == true { continue }
      if let matches = deletion.matches {
        let event = try Job.event(row, hasCircumstances: false)
        guard matches(event) else { continue }
        outcome.queries.insert(event.query)
      }
      if row[5] as Bool {
        outcome.examples += 1
      } else if let searched {
        changes.removed(
          try row.decode(Data.self, atIndex: 0), at: try row.decode(Data?.self, atIndex: 6), key,
          of: searched)
      }
      doomed.append(key)
    }
    let delete = try db.cachedStatement(
      sql: "DELETE FROM event WHERE session = ? AND at = ? AND sequence = ?")
    for key in doomed { try delete.execute(arguments: [session, key.time, key.sequence]) }
    outcome.count += doomed.count
    return rest
  }
}
