// Applies entries of a log to the database, in one transaction with the position in the log.
//
// A record's number in the log is its number in the database too (`EventKey.sequence`), so every
// replica calls it the same, whatever was erased before the replica came to it, and a deletion finds
// it again by that number.
//
// Invariant: the database holds the entries up to its position, and nothing else. Entries up to the
// position are passed over, so a batch may be applied twice.
// Cost: that of the changes, and one update per batch.

internal import Foundation
internal import GRDB

/// What applying an entry did.
public struct AppliedChange: Sendable {
  /// What caches, and the request that sent the change, have to know.
  public enum Effect: Sendable {
    /// An event was added under this key.
    case recorded(StoredEvent, session: [UInt8], EventKey)
    /// An event to import was there already.
    case known(session: [UInt8])
    /// A query ended; nil if there is none (any more).
    case ended(StoredEvent?, session: [UInt8])
    /// Rules changed.
    case rules
    /// Items changed.
    case items
    /// These queries are gone, so many events; those of nil are all, sessions and queries alike.
    case forgot(
      [(session: [UInt8]?, queries: Set<[UInt8]>?)], times: ClosedRange<Int64>, count: Int)
    /// Queues are to be emptied; this is the entry's number.
    case flushed(Int64)
  }

  /// The entry's number.
  public var number: Int64
  /// The ticket of its draft.
  public var ticket: Int64
  /// What it did.
  public var effect: Effect
}

/// A batch of entries that is being applied.
struct LogApplication: Sendable {
  /// The log's identity.
  let log: [UInt8]
  /// Ascending.
  let entries: [LogEntry]

  /// The sessions whose events change, as far as the entries say.
  var sessions: Set<[UInt8]> { Set(entries.compactMap(\.session)) }

  /// Makes the tables of the position and of the queue, and the index that finds records by number.
  static func prepare(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS log_state (
          id INTEGER PRIMARY KEY CHECK (id = 0), log BLOB NOT NULL, position INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS event_number ON event (sequence);
        \(LogQueue.schema)
        """)
  }

  /// The log that the database follows, and its position; nil if it follows none yet.
  static func state(_ db: Database) throws -> LogHead? {
    guard try db.tableExists("log_state"),
      let row = try Row.fetchOne(db, sql: "SELECT log, position FROM log_state")
    else { return nil }
    return LogHead(log: [UInt8](try row.decode(Data.self, atIndex: 0)), number: row[1])
  }

  /// Begins to follow the log from its start.
  static func begin(_ log: [UInt8], _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO log_state (id, log, position) VALUES (0, ?, 0)", arguments: [Data(log)])
  }

  /// Applies what is not applied yet.
  func run(_ db: Database, _ changes: inout Job.Changes) throws -> [AppliedChange] {
    guard let last = entries.last else { return [] }
    guard let state = try Self.state(db), state.log == log else {
      throw SessionStoreError.otherLog
    }
    var applied: [AppliedChange] = []
    for entry in entries where entry.number > state.number {
      let effect = try Self.apply(entry, db, &changes)
      applied.append(AppliedChange(number: entry.number, ticket: entry.ticket, effect: effect))
    }
    let statement = try db.cachedStatement(
      sql: "UPDATE log_state SET position = max(position, ?) WHERE id = 0")
    try statement.execute(arguments: [last.number])
    try LogQueue.dropTickets(before: last.number, db)
    return applied
  }

  private static func apply(
    _ entry: LogEntry, _ db: Database, _ changes: inout Job.Changes
  ) throws -> AppliedChange.Effect {
    switch try LogChange(entry) {
    case .record(let event, let session):
      let key = try Job.insert(
        event, session: session, inOrder: false, number: entry.number, db, &changes)
      if QueuedChange.isTicket(entry.ticket) {
        try LogQueue.note(entry.ticket, number: entry.number, db)
      }
      return .recorded(event, session: session, key)
    case .add(let event, let session, let occurrence, let isUndated):
      let imported = ImportedEvent(event: event, occurrence: occurrence, isUndated: isUndated)
      let added = try EventImport(events: [imported], session: session, number: entry.number)
        .run(db, &changes)
      if added.isEmpty { return .known(session: session) }
      let key = EventKey(time: event.time, session: 0, sequence: entry.number)
      return .recorded(event, session: session, key)
    case .end(let session, let time, let sequence, let outcome):
      var change = OutcomeChange(
        session: session, time: time, sequence: sequence, outcome: outcome)
      if QueuedChange.isTicket(sequence) {
        guard let key = try LogQueue.event(ofTicket: sequence, before: entry.number, db) else {
          return .ended(nil, session: session)
        }
        (change.time, change.sequence) = key
      }
      return .ended(try change.run(db, &changes), session: session)
    case .rules(let added, let removed):
      for rule in removed { try rule.delete(db) }
      for rule in added { try rule.insert(db) }
      return .rules
    case .items(let items, let ids):
      for id in ids { try StoredItem.delete(id, db) }
      for item in items { try item.put(db) }
      return .items
    case .forget(let forgetting):
      return try forget(forgetting, db, &changes)
    case .flush:
      return .flushed(entry.number)
    }
  }

  private static func forget(
    _ forgetting: LogForgetting, _ db: Database, _ changes: inout Job.Changes
  ) throws -> AppliedChange.Effect {
    let find = try db.cachedStatement(
      sql: """
        SELECT event.query, event.at, event.session, event.item IS NOT NULL, event.place,
          session.name
        FROM event INDEXED BY event_number JOIN session ON session.id = event.session
        WHERE event.sequence = ?
        """)
    let delete = try db.cachedStatement(
      sql: "DELETE FROM event WHERE session = ? AND at = ? AND sequence = ?")
    var queries: [[UInt8]: Set<[UInt8]>] = [:]
    var ids: Set<Int64> = []
    var (count, examples) = (0, 0)
    for number in forgetting.numbers {
      guard let row = try Row.fetchOne(find, arguments: [number]) else { continue }
      let key = EventKey(time: row[1], session: row[2], sequence: number)
      let query = try row.decode(Data.self, atIndex: 0)
      if row[3] as Bool {
        examples += 1
      } else if let searched = try changes.searchedName(of: key.session, db) {
        changes.removed(query, at: try row.decode(Data?.self, atIndex: 4), key, of: searched)
      }
      let session = [UInt8](try row.decode(Data.self, atIndex: 5))
      queries[session, default: []].insert([UInt8](query))
      try delete.execute(arguments: [key.session, key.time, number])
      ids.insert(key.session)
      count += 1
    }
    for id in ids.sorted() { try Deletion.dropIfEmpty(id, db, &changes) }
    changes.note(deleted: count, examples: examples)
    // What was queued here may be erased before it came back: the queue's pages held it.
    if try count > 0 || LogQueue.wasUsed(db) { (changes.deleted, changes.forgot) = (true, true) }
    var gone: [(session: [UInt8]?, queries: Set<[UInt8]>?)]
    switch (forgetting.isOfAllSessions, forgetting.isOfAllQueries) {
    case (true, true): gone = [(nil, nil)]
    case (true, false): gone = [(nil, queries.values.reduce(into: []) { $0.formUnion($1) })]
    case (false, let all): gone = queries.map { ($0.key, all ? nil : $0.value) }
    }
    // Caches may know what was queued and is not in the database: they are told to forget every
    // session, and no query of others.
    if forgetting.barrier > 0 { gone.append((nil, [])) }
    return .forgot(gone, times: forgetting.times, count: count)
  }
}
