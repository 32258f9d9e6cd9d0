// Adds events to the database.
//
// The row before a new one says nearly always all there is to know: the time of the session's
// newest query, and the number that follows. So it is one look, and two more only where the newest
// row is an example, or where an event is older than what is there.
//
// Invariant: an event's number is one more than the greatest of its session and second, unless a log
// numbers it. The statements belong to one group of jobs; the numbers of sessions are forgotten
// with every session that is deleted, and when a group fails.
// Cost: with the number of its session known, a search and an insertion in the table, and an
// insertion in the index of queries. `SessionNumbers` takes some 100 bytes a session, at most
// `SessionNumbers.limit` of them.

internal import GRDB

/// The numbers that sessions have in the database, of those that were recorded to last.
struct SessionNumbers: Sendable {
  /// How many sessions are remembered; then it begins anew.
  static let limit = 4096

  private var numbers: [[UInt8]: Int64] = [:]

  /// The number of the session `name`; nil if it is not remembered.
  subscript(name: [UInt8]) -> Int64? { numbers[name] }

  /// Remembers the number of the session `name`.
  mutating func remember(_ number: Int64, of name: [UInt8]) {
    if numbers.count >= Self.limit { numbers.removeAll(keepingCapacity: true) }
    numbers[name] = number
  }

  /// Forgets all numbers: a session was deleted.
  mutating func forget() {
    numbers = [:]
  }
}

/// The statements that add events, for one group of jobs.
struct EventInsertion {
  private static let newestEvent = """
    SELECT at, sequence, item IS NULL FROM event WHERE session = ?
    ORDER BY at DESC, sequence DESC LIMIT 1
    """
  private static let newestQuery = """
    SELECT at FROM event INDEXED BY event_query WHERE session = ? AND item IS NULL
    ORDER BY at DESC, sequence DESC LIMIT 1
    """
  private static let lastSequence = """
    SELECT sequence FROM event WHERE session = ? AND at = ? ORDER BY sequence DESC LIMIT 1
    """
  private static let insertEvent = """
    INSERT INTO event (
      session, at, sequence, query, normalized, form, item, kind, \(StoredCircumstances.columns))
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  private let newest: DirectStatement
  private let insert: DirectStatement
  private let db: Database

  init(_ db: Database) throws {
    newest = try DirectStatement(Self.newestEvent, db)
    insert = try DirectStatement(Self.insertEvent, db)
    self.db = db
  }

  /// The key of a new event: with `inOrder`, at the time of the session's newest query if that is
  /// later; with `number` as its number.
  func key(
    at time: Int64, in session: Int64, inOrder: Bool, number: Int64?
  ) throws -> EventKey {
    var key = EventKey(time: time, session: session, sequence: 0)
    try newest.bind(session, at: 1)
    let last = try newest.firstIntegers().map { (time: $0, sequence: $1, isQuery: $2 != 0) }
    if inOrder, let last {
      if last.isQuery {
        key.time = max(key.time, last.time)
      } else if let time = try timeOfNewestQuery(in: session) {
        key.time = max(key.time, time)
      }
    }
    if let number {
      key.sequence = number
    } else if let last, key.time == last.time {
      key.sequence = last.sequence + 1
    } else if let last, key.time < last.time, let sequence = try lastSequence(of: key) {
      key.sequence = sequence + 1
    }
    return key
  }

  private func timeOfNewestQuery(in session: Int64) throws -> Int64? {
    let statement = try DirectStatement(Self.newestQuery, db)
    try statement.bind(session, at: 1)
    return try statement.firstInteger()
  }

  private func lastSequence(of key: EventKey) throws -> Int64? {
    let statement = try DirectStatement(Self.lastSequence, db)
    try statement.bind(key.session, at: 1)
    try statement.bind(key.time, at: 2)
    return try statement.firstInteger()
  }

  /// Adds `event` under `key`.
  func add(_ event: StoredEvent, _ key: EventKey) throws {
    try insert.bind(key.session, at: 1)
    try insert.bind(key.time, at: 2)
    try insert.bind(key.sequence, at: 3)
    try insert.bind(event.query, at: 4)
    try insert.bind(event.normalized == event.query ? nil : event.normalized, at: 5)
    try insert.bind(event.form, at: 6)
    try insert.bind(event.use?.item, at: 7)
    try insert.bind(event.use?.kind.rawValue, at: 8)
    try event.circumstances.bind(to: insert, from: 9)
    try insert.run()
  }
}

extension Job {
  /// Adds an event; with `inOrder`, at the time of the session's newest query if that is later.
  /// `number` is its number in a log, if there is one.
  static func insert(
    _ event: StoredEvent, session name: [UInt8], inOrder: Bool, number: Int64? = nil,
    _ db: Database, _ changes: inout Changes
  ) throws -> EventKey {
    let session = try sessionNumber(name, db, &changes)
    let insertion = try changes.inserting ?? EventInsertion(db)
    changes.inserting = insertion
    let key = try insertion.key(
      at: event.time, in: session, inOrder: inOrder, number: number)
    try insertion.add(event, key)
    for progress in changes.unfinished { progress.spare(key) }
    if event.use == nil { changes.events += 1 } else { changes.examples += 1 }
    changes.written += 1
    if event.use == nil, changes.searched.contains(name) {
      changes.searchChanges.append(
        (
          name,
          .added(
            .init(
              query: event.query, place: event.circumstances.place,
              outcome: event.circumstances.outcome, time: key.time, sequence: key.sequence))
        ))
    }
    return key
  }

  /// The number of the session `name`, which is added if it is new.
  private static func sessionNumber(
    _ name: [UInt8], _ db: Database, _ changes: inout Changes
  ) throws -> Int64 {
    if let known = changes.numbers[name] { return known }
    let number: Int64
    if let found = try sessionID(name, db) {
      number = found
    } else {
      let statement = try DirectStatement("INSERT INTO session (name) VALUES (?)", db)
      try statement.bind(name, at: 1)
      try statement.run()
      number = db.lastInsertedRowID
      changes.sessions += 1
    }
    changes.numbers.remember(number, of: name)
    return number
  }
}
