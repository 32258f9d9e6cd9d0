// A step of a deletion that somebody asked for.
//
// A deletion may have to look at every event that there is. It does so in steps, between which the store does
// what others asked for. Most are done with their first step, in their turn. What is recorded after a deletion
// was begun is spared: its key is noted, and the steps that follow pass it over. What is read of a session behind
// a deletion from it waits for its end.
//
// Invariant: when the last step is done, everything is deleted that was recorded before the first one and
// that the deletion covers, and nothing that was recorded after it.
// Cost: a step looks at `events` events and `sessions` sessions at the most, about.

internal import Foundation
internal import GRDB
internal import Synchronization

/// A part of a deletion.
struct ForgetStep: Sendable {
  /// The most events that a step looks at, about.
  static let events = 2_000
  /// The most sessions that a step looks at.
  static let sessions = 256

  /// What is known of a deletion that has begun and is not done.
  final class Progress: Sendable {
    /// The session that is deleted from; nil for all.
    let session: [UInt8]?
    private let spared = Mutex<Set<EventKey>>([])
    private let waiting = Mutex<[Job]>([])

    init(session: [UInt8]?) {
      self.session = session
    }

    /// Notes an event that was recorded meanwhile.
    func spare(_ key: EventKey) { spared.withLock { _ = $0.insert(key) } }

    /// Whether the event was recorded meanwhile.
    func spares(_ key: EventKey) -> Bool { spared.withLock { $0.contains(key) } }

    /// Puts off `read`, of this session, until the deletion is done.
    func putOff(_ read: Job) { waiting.withLock { $0.append(read) } }

    /// What was put off.
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
  /// Where to go on: the session, and the key of the next event within it.
  private var session: Int64 = 0
  private var next: EventKey?

  /// The first step of `deletion`.
  init(_ deletion: Deletion) {
    self.deletion = deletion
  }

  /// Carries it out; what was deleted, and the next step if there is one.
  func run(
    _ db: Database, _ changes: inout Job.Changes
  ) throws -> (outcome: Deletion.Outcome, next: ForgetStep?) {
    var outcome = Deletion.Outcome()
    var room = Self.events
    var following: ForgetStep?
    let ids = try sessionIDs(db)
    for id in ids {
      let before = outcome.count
      let rest = try delete(id, from: id == session ? next : nil, db, &room, &outcome)
      if outcome.count > before { try Deletion.dropIfEmpty(id, db, &changes) }
      if let rest {
        following = step(session: id, next: rest)
        break
      }
    }
    if following == nil, deletion.session == nil, ids.count == Self.sessions, let last = ids.last {
      following = step(session: last + 1, next: nil)
    }
    changes.note(deleted: outcome.count)
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

  /// Deletes from one session; the key to go on from, where there was no more room.
  private func delete(
    _ session: Int64, from start: EventKey?, _ db: Database, _ room: inout Int,
    _ outcome: inout Deletion.Outcome
  ) throws -> EventKey? {
    let events = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, form, sequence FROM event
        WHERE session = ?1 AND at BETWEEN ?2 AND ?3 AND (at, sequence) >= (?4, ?5)
        ORDER BY at, sequence
        """)
    let first = start ?? EventKey.start(of: deletion.times.lowerBound)
    let rows = try Row.fetchCursor(
      events,
      arguments: [
        session, deletion.times.lowerBound, deletion.times.upperBound, first.time, first.sequence,
      ])
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
        let event = try Job.event(row)
        guard matches(event) else { continue }
        outcome.queries.insert(event.query)
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
