// The log of replicas in PostgreSQL.
//
//     qacd.head     id, format, last                                one row
//     qacd.entry    number, ticket, session, at, kind, body         one row per entry
//     qacd.replica  name, applied, ends                             one row per replica
//     qacd.origin   id, last                                        one row per queue of a replica
//
// A transaction that appends raises `last` by the number of its entries, and so holds that row's
// lock until it commits. So numbers become visible in their order, and a reader misses none.
//
// Invariant: entries are durable when `append` returns (synchronous_commit stays on). What is erased
// is deleted from the table in the transaction that appends the entry of the deletion, which holds
// numbers alone.
// Cost: one round trip and one sync of PostgreSQL's log per batch; replicas take turns.

public import QACSessions
internal import Synchronization

/// A log in a PostgreSQL database, 13 or newer.
public final class PostgresLog: EventLog {
  /// The most entries that are read at a time to find those to erase.
  private static let page = 1_000

  private let pool: PostgresPool
  private let listener = Mutex<PostgresConnection?>(nil)

  /// Makes a log; nothing is connected yet.
  ///
  /// - Parameter information: A URL, or words like `host=… dbname=…`
  ///   (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
  public init(_ information: String) {
    let flag = Flag()
    pool = PostgresPool(information) { connection throws(PostgresError) in
      if flag.value.load(ordering: .acquiring) { return }
      try Self.prepare(connection)
      flag.value.store(true, ordering: .releasing)
    }
  }

  /// Makes sure that the database can be reached, and changes nothing.
  ///
  /// - Parameter information: As for `init`.
  /// - Throws: `SessionStoreError.logUnavailable`.
  public static func reach(_ information: String) throws(SessionStoreError) {
    do throws(PostgresError) {
      try PostgresConnection(information).run("SELECT 1")
    } catch {
      throw error.ofStore(isChange: false)
    }
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  /// Makes the tables if they are missing; replicas that start at once wait for each other.
  private static func prepare(_ connection: PostgresConnection) throws(PostgresError) {
    try connection.run("BEGIN")
    for statement in schema { try connection.run(statement) }
    try connection.run("COMMIT")
  }

  private static let schema = [
    "SELECT pg_advisory_xact_lock(7161606364)",
    "CREATE SCHEMA IF NOT EXISTS qacd",
    """
    CREATE TABLE IF NOT EXISTS qacd.head (
      id uuid NOT NULL DEFAULT gen_random_uuid(), format bigint NOT NULL, last bigint NOT NULL)
    """,
    "INSERT INTO qacd.head (format, last) SELECT 1, 0 WHERE NOT EXISTS (SELECT FROM qacd.head)",
    // A deletion leaves dead rows until they are vacuumed: that is not put off.
    """
    CREATE TABLE IF NOT EXISTS qacd.entry (
      number bigint PRIMARY KEY, ticket bigint NOT NULL, session bytea, at bigint NOT NULL,
      kind bigint NOT NULL, body bytea NOT NULL)
    WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)
    """,
    "CREATE INDEX IF NOT EXISTS entry_session ON qacd.entry (session, at)",
    "CREATE INDEX IF NOT EXISTS entry_at ON qacd.entry USING brin (at)",
    """
    CREATE TABLE IF NOT EXISTS qacd.replica (
      name text PRIMARY KEY, applied bigint NOT NULL, ends timestamptz NOT NULL)
    """,
    "CREATE TABLE IF NOT EXISTS qacd.origin (id bytea PRIMARY KEY, last bigint NOT NULL)",
    "CREATE INDEX IF NOT EXISTS entry_forget ON qacd.entry (number) WHERE kind = 6",
  ]

  @discardableResult
  private func use<Value>(
    isChange: Bool = false, _ body: (PostgresConnection) throws(PostgresError) -> Value
  ) throws(SessionStoreError) -> Value {
    do throws(PostgresError) {
      return try pool.use(body)
    } catch {
      throw error.ofStore(isChange: isChange)
    }
  }

  /// Appends entries in one statement.
  public func append(_ drafts: [LogDraft]) throws(SessionStoreError) {
    if drafts.isEmpty { return }
    try use(isChange: true) { connection throws(PostgresError) in
      try Self.append(drafts, connection)
    }
  }

  private static func append(
    _ drafts: [LogDraft], _ connection: PostgresConnection
  ) throws(PostgresError) {
    var drafts = drafts
    var newest: [[UInt8]: Int64] = [:]
    for i in drafts.indices where drafts[i].isNewest {
      let session = drafts[i].session ?? []
      drafts[i].time = max(drafts[i].time, newest[session] ?? .min)
      newest[session] = drafts[i].time
    }
    try connection.run(
      """
      WITH head AS (UPDATE qacd.head SET last = last + $1 RETURNING last), new AS (
        INSERT INTO qacd.entry (number, ticket, session, at, kind, body)
        SELECT head.last - $1 + d.place, d.ticket, d.session,
          CASE WHEN d.newest THEN greatest(d.at, (
            SELECT e.at FROM qacd.entry e WHERE e.session = d.session AND e.kind = 1
            ORDER BY e.at DESC LIMIT 1))
          ELSE d.at END, d.kind, d.body
        FROM head, unnest($2, $3, $4, $5, $6, $7)
          WITH ORDINALITY AS d (ticket, session, at, newest, kind, body, place)
        RETURNING 1)
      SELECT pg_notify('qacd', ''), (SELECT count(*) FROM new)
      """,
      [
        .integer(Int64(drafts.count)), .integers(drafts.map(\.ticket)),
        .listOfBytes(drafts.map(\.session)), .integers(drafts.map(\.time)),
        .flags(drafts.map(\.isNewest)), .integers(drafts.map(\.kind)),
        .listOfBytes(drafts.map(\.body)),
      ])
  }

  /// Appends what waited at a replica, in one transaction.
  public func append(
    _ changes: [QueuedChange], origin: [UInt8], last: Int64
  ) throws(SessionStoreError) -> Int {
    try use(isChange: true) { connection throws(PostgresError) in
      try Self.transaction(connection) { () throws(PostgresError) in
        try connection.run("SELECT last FROM qacd.head FOR UPDATE")
        try connection.run(
          "INSERT INTO qacd.origin (id, last) VALUES ($1, 0) ON CONFLICT DO NOTHING",
          [.bytes(origin)])
        let rows = try connection.run(
          "SELECT last FROM qacd.origin WHERE id = $1", [.bytes(origin)])
        guard rows.count == 1 else { throw .unexpected }
        let known = try rows.integer(0, 0)
        let new = changes.filter { $0.sequence > known }
        var left = new
        if let oldest = new.map(\.position).min() {
          let deletions = try Self.entries(
            connection.run(
              """
              SELECT number, ticket, session, at, kind, body FROM qacd.entry
              WHERE kind = 6 AND number > $1 ORDER BY number
              """, [.integer(oldest)]))
          left = LogErasure.left(of: new, by: deletions)
        }
        if !left.isEmpty { try Self.append(left.map(\.draft), connection) }
        try connection.run(
          "UPDATE qacd.origin SET last = greatest(last, $2) WHERE id = $1",
          [.bytes(origin), .integer(last)])
        return new.count - left.count
      }
    }
  }

  /// Runs `body` in a transaction, and rolls it back if that fails.
  private static func transaction<Value>(
    _ connection: PostgresConnection, _ body: () throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    do throws(PostgresError) {
      try connection.run("BEGIN")
      let value = try body()
      try connection.run("COMMIT")
      return value
    } catch {
      if connection.isOpen, !connection.isIdle { _ = try? connection.run("ROLLBACK") }
      throw error
    }
  }

  /// Whether a queue has been heard of.
  public func hasQueues() throws(SessionStoreError) -> Bool {
    try use { connection throws(PostgresError) in
      try connection.run("SELECT 1 FROM qacd.origin LIMIT 1").count > 0
    }
  }

  /// Finds the next entries.
  public func entries(
    after number: Int64, limit: Int
  ) throws(SessionStoreError) -> [LogEntry] {
    try use { connection throws(PostgresError) in
      try Self.entries(
        connection.run(
          """
          SELECT number, ticket, session, at, kind, body FROM qacd.entry
          WHERE number > $1 ORDER BY number LIMIT $2
          """, [.integer(number), .integer(Int64(limit))]))
    }
  }

  private static func entries(_ rows: PostgresRows) throws(PostgresError) -> [LogEntry] {
    var entries: [LogEntry] = []
    entries.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      entries.append(
        LogEntry(
          number: try rows.integer(row, 0), ticket: try rows.integer(row, 1),
          session: rows.bytes(row, 2), time: try rows.integer(row, 3),
          kind: try rows.integer(row, 4), body: rows.bytes(row, 5) ?? []))
    }
    return entries
  }

  /// Waits for a notification, or until one is no longer waited for.
  public func wait(after number: Int64, seconds: Double) throws(SessionStoreError) {
    let known = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    do throws(PostgresError) {
      let connection: PostgresConnection
      if let known { connection = known } else { connection = try pool.take() }
      if !connection.isListening {
        try connection.run("LISTEN qacd")
        connection.isListening = true
      }
      // What came before is seen here, and what comes later is notified.
      let rows = try connection.run(
        "SELECT 1 FROM qacd.head WHERE last > $1", [.integer(number)])
      if rows.count == 0 { try connection.waitForNotification(seconds: seconds) }
      listener.withLock { $0 = connection }
    } catch {
      throw error.ofStore(isChange: false)
    }
  }

  /// Reads the head.
  public func head() throws(SessionStoreError) -> LogHead {
    try use { connection throws(PostgresError) in
      let rows = try connection.run("SELECT id, last, format FROM qacd.head")
      guard rows.count == 1, let id = rows.bytes(0, 0), try rows.integer(0, 2) == 1 else {
        throw .unexpected
      }
      return LogHead(log: id, number: try rows.integer(0, 1))
    }
  }

  /// Erases entries and appends those that tell of it, in one transaction.
  public func erase(
    _ erasure: LogErasure, ticket: Int64
  ) throws(SessionStoreError) -> Bool {
    try use(isChange: true) { connection throws(PostgresError) in
      var found = Found()
      // Most of the log is looked through while others append to it.
      try Self.find(erasure, &found, connection)
      return try Self.transaction(connection) { () throws(PostgresError) in
        try connection.run("SELECT last FROM qacd.head FOR UPDATE")
        try Self.find(erasure, &found, connection)
        guard found.hasRecords || erasure.barrier != nil else { return false }
        try connection.run(
          "DELETE FROM qacd.entry WHERE number = ANY($1)", [.integers(found.numbers)])
        try Self.append(erasure.drafts(naming: found.numbers, ticket: ticket), connection)
        return true
      }
    }
  }

  /// Entries to erase, as far as the log has been looked through.
  private struct Found {
    var numbers: [Int64] = []
    var erased: Set<Int64> = []
    var hasRecords = false
    var last: Int64 = 0
  }

  private static func find(
    _ erasure: LogErasure, _ found: inout Found, _ connection: PostgresConnection
  ) throws(PostgresError) {
    while true {
      let entries = try entries(
        connection.run(
          """
          SELECT number, ticket, session, at, kind, body FROM qacd.entry
          WHERE number > $1 AND kind <= 3 AND ($2 IS NULL OR session = $2)
          ORDER BY number LIMIT $3
          """, [.integer(found.last), .bytes(erasure.session), .integer(Int64(page))]))
      for entry in entries where erasure.covers(entry, erased: &found.erased) {
        found.numbers.append(entry.number)
        if entry.kind != 3 { found.hasRecords = true }
      }
      guard let last = entries.last else { return }
      found.last = last.number
      if entries.count < page { return }
    }
  }

  /// Erases old events.
  public func expire(before time: Int64) throws(SessionStoreError) {
    try use(isChange: true) { connection throws(PostgresError) in
      try connection.run(
        "DELETE FROM qacd.entry WHERE kind <= 3 AND at < $1", [.integer(time)])
    }
  }

  /// Writes the replica's row.
  public func renew(
    _ replica: String, applied: Int64, seconds: Double
  ) throws(SessionStoreError) {
    try use { connection throws(PostgresError) in
      try connection.run(
        """
        INSERT INTO qacd.replica (name, applied, ends)
        VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second')
        ON CONFLICT (name) DO UPDATE SET applied = excluded.applied, ends = excluded.ends
        """, [.text(replica), .integer(applied), .double(seconds)])
    }
  }

  /// Deletes the replica's row.
  public func leave(_ replica: String) throws(SessionStoreError) {
    try use { connection throws(PostgresError) in
      try connection.run("DELETE FROM qacd.replica WHERE name = $1", [.text(replica)])
    }
  }

  /// Closes the connections that are not in use.
  public func release() {
    listener.withLock { $0 = nil }
    pool.release()
  }

  /// Finds the replicas that are behind.
  public func outstanding(_ number: Int64) throws(SessionStoreError) -> [String] {
    try use { connection throws(PostgresError) in
      let rows = try connection.run(
        """
        SELECT name FROM qacd.replica WHERE ends > clock_timestamp() AND applied < $1
        ORDER BY name
        """, [.integer(number)])
      return (0..<rows.count).map {
        String(decoding: rows.bytes($0, 0) ?? [], as: UTF8.self)
      }
    }
  }
}
