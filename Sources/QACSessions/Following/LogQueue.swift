// The queue of a replica that acknowledges records before the log has them: what waits in its
// database, in order.
//
//     log_queue   sequence, ticket, position, session, at, newest, kind, body     what waits
//     log_origin  origin, replica                                                whose sequence it is
//     log_ticket  number, ticket                          the log's numbers of what waited somewhere
//
// A row is written in the transaction that acknowledges the change, and deleted when the log has it.
// A replica that is killed in between sends it again, and the log leaves out what it has had: it
// keeps the greatest sequence of each origin. So a change is in the log once, even if it was erased
// there meanwhile.
//
// `position` is how far the replica was in the log when it queued the change. The log leaves out what
// was queued before a deletion that was made without this replica (`LogErasure.left(of:by:)`).
//
// Until a record is in the log it has no number. Its id is then its ticket, which no number is as
// large as, and every replica remembers the numbers of the tickets of the last `tickets` entries.
//
// Invariant: a sequence is given once. Cost: one row per waiting change; two look-ups by ticket for
// an outcome.

internal import Foundation
internal import GRDB

/// A change that was acknowledged before the log had it.
public struct QueuedChange: Sendable, Equatable {
  /// Its place in the order of its origin, from 1.
  public var sequence: Int64
  /// How far the replica was in the log when it queued the change.
  public var position: Int64
  /// The change.
  public var draft: LogDraft

  /// Makes a change.
  public init(sequence: Int64, position: Int64, draft: LogDraft) {
    self.sequence = sequence
    self.position = position
    self.draft = draft
  }

  /// Whether `number` is the ticket of a queued change, and no number of an entry.
  static func isTicket(_ number: Int64) -> Bool { number >= 1 << 62 }

  /// A ticket that no other change has.
  static func ticket() -> Int64 { 1 << 62 | Int64.random(in: 0..<1 << 62) }
}

/// The tables of the queue.
enum LogQueue {
  /// The numbers of so many entries are found by ticket.
  static let tickets: Int64 = 1_000_000

  static let schema = """
    CREATE TABLE IF NOT EXISTS log_queue (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, ticket INTEGER NOT NULL UNIQUE,
      position INTEGER NOT NULL, session BLOB NOT NULL, at INTEGER NOT NULL,
      newest INTEGER NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS log_origin (
      id INTEGER PRIMARY KEY CHECK (id = 0), origin BLOB NOT NULL, replica TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS log_ticket (
      number INTEGER PRIMARY KEY, ticket INTEGER NOT NULL UNIQUE);
    """

  /// What waits.
  struct Waiting: Sendable {
    var origin: [UInt8]
    /// The first changes, ascending by sequence.
    var changes: [QueuedChange]
    /// The greatest sequence that was given.
    var last: Int64
  }

  /// Makes the queue one of `replica`.
  ///
  /// A copy of a database of another replica gets an origin of its own.
  ///
  /// - Returns: How many changes wait, and whether any ever did.
  static func open(
    for replica: String, path: String, _ db: Database
  ) throws -> (count: Int, wasUsed: Bool) {
    let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM log_queue") ?? 0
    let owner = try String.fetchOne(db, sql: "SELECT replica FROM log_origin")
    if let owner, owner != replica {
      if count > 0 { throw SessionStoreError.queueOf(replica: owner, path: path) }
      try db.execute(sql: "DELETE FROM log_origin")
    }
    if owner != replica {
      let origin = (0..<16).map { _ in UInt8.random(in: 0...255) }
      try db.execute(
        sql: "INSERT INTO log_origin (id, origin, replica) VALUES (0, ?, ?)",
        arguments: [Data(origin), replica])
    }
    return (count, try wasUsed(db))
  }

  /// Whether anything was ever queued in this database.
  static func wasUsed(_ db: Database) throws -> Bool { try last(db) > 0 }

  private static func last(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'log_queue'") ?? 0
  }

  /// Adds a change.
  static func add(_ draft: LogDraft, _ db: Database) throws {
    let position = try DirectStatement("SELECT position FROM log_state", db).firstInteger() ?? 0
    let statement = try DirectStatement(
      """
      INSERT INTO log_queue (ticket, position, session, at, newest, kind, body)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, db)
    try statement.bind(draft.ticket, at: 1)
    try statement.bind(position, at: 2)
    try statement.bind(draft.session ?? [], at: 3)
    try statement.bind(draft.time, at: 4)
    try statement.bind(draft.isNewest ? 1 : 0, at: 5)
    try statement.bind(draft.kind, at: 6)
    try statement.bind(draft.body, at: 7)
    try statement.run()
  }

  private static let columns = "sequence, position, ticket, session, at, newest, kind, body"

  private static func change(_ row: Row) throws -> QueuedChange {
    QueuedChange(
      sequence: row[0], position: row[1],
      draft: LogDraft(
        ticket: row[2], session: [UInt8](try row.decode(Data.self, atIndex: 3)), time: row[4],
        isNewest: row[5], kind: row[6], body: [UInt8](try row.decode(Data.self, atIndex: 7))))
  }

  /// The first changes that wait, at most `limit`.
  static func waiting(limit: Int, _ db: Database) throws -> Waiting {
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM log_queue ORDER BY sequence LIMIT ?")
    var changes: [QueuedChange] = []
    let rows = try Row.fetchCursor(statement, arguments: [limit])
    while let row = try rows.next() { changes.append(try change(row)) }
    let origin = try Data.fetchOne(db, sql: "SELECT origin FROM log_origin") ?? Data()
    return Waiting(origin: [UInt8](origin), changes: changes, last: try last(db))
  }

  /// Deletes what the log has dealt with; returns how many changes.
  static func remove(upTo sequence: Int64, _ db: Database) throws -> Int {
    try db.cachedStatement(sql: "DELETE FROM log_queue WHERE sequence <= ?")
      .execute(arguments: [sequence])
    return db.changesCount
  }

  /// Deletes the waiting changes that `erasure` covers; returns how many.
  static func erase(_ erasure: LogErasure, _ db: Database) throws -> Int {
    var doomed: [Int64] = []
    var erased: Set<Int64> = []
    let rows = try Row.fetchCursor(
      db, sql: "SELECT \(columns) FROM log_queue ORDER BY sequence")
    while let row = try rows.next() {
      let change = try change(row)
      // No number of an entry is negative.
      let entry = LogEntry(change.draft, number: -change.sequence, time: change.draft.time)
      if erasure.covers(entry, erased: &erased) { doomed.append(change.sequence) }
    }
    let delete = try db.cachedStatement(sql: "DELETE FROM log_queue WHERE sequence = ?")
    for sequence in doomed { try delete.execute(arguments: [sequence]) }
    return doomed.count
  }

  // MARK: tickets

  /// Notes which number the log gave to the change of `ticket`.
  static func note(_ ticket: Int64, number: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO log_ticket (number, ticket) VALUES (?, ?)")
      .execute(arguments: [number, ticket])
  }

  /// Deletes the tickets that are no longer found at `number`.
  static func dropTickets(before number: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "DELETE FROM log_ticket WHERE number <= ?")
      .execute(arguments: [number - tickets])
  }

  /// Time and number of the event of `ticket`; nil if an entry of this number is too late to find it,
  /// or if the event is gone.
  static func event(
    ofTicket ticket: Int64, before number: Int64? = nil, _ db: Database
  ) throws -> (time: Int64, sequence: Int64)? {
    let find = try db.cachedStatement(
      sql: """
        SELECT event.at, event.sequence
        FROM log_ticket JOIN event INDEXED BY event_number ON event.sequence = log_ticket.number
        WHERE log_ticket.ticket = ? AND log_ticket.number > ?
        """)
    let first = number.map { $0 - tickets } ?? 0
    return try Row.fetchOne(find, arguments: [ticket, first]).map { ($0[0], $0[1]) }
  }

  /// The query that `change` names, whether it waits or has come back; nil if there is none.
  static func query(of change: OutcomeChange, _ db: Database) throws -> StoredEvent? {
    var change = change
    if QueuedChange.isTicket(change.sequence) {
      let waiting = try db.cachedStatement(
        sql: "SELECT \(columns) FROM log_queue WHERE ticket = ?")
      if let row = try Row.fetchOne(waiting, arguments: [change.sequence]) {
        let draft = try Self.change(row).draft
        let entry = LogEntry(draft, number: 0, time: draft.time)
        guard case .record(let event, change.session) = try LogChange(entry), event.use == nil,
          change.matches(event.query)
        else { return nil }
        return event
      }
      guard let key = try event(ofTicket: change.sequence, db) else { return nil }
      (change.time, change.sequence) = key
    }
    return try change.find(db)
  }
}
