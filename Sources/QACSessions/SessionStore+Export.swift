// Reads the queries, the examples, the rules or the items of a database while a daemon may be
// writing it.
//
// A separate read-only connection sees one state of the database from its first statement to its
// last. It holds no lock that a writer waits for (WAL). SQLite's log is not emptied of deleted
// content before the read ends.

internal import Foundation
internal import GRDB

#if canImport(Glibc)
  import Glibc
#endif

extension SessionStore {
  /// Calls `body` for each submitted query after `time` in the database at `path` that others may
  /// learn, in the order of time.
  ///
  /// Examples are left out, and so is what failed. A query that failed in more sessions than it did
  /// not fail in is left out altogether. So is what counts for nobody. Of the queries that count as
  /// one person's, the first of each form and day (UTC) is taken: however many sessions share a
  /// person, at most one of them has the query on a day.
  ///
  /// - Parameters:
  ///   - path: A database of this program; it is not changed.
  ///   - time: Unix seconds; only later events are read.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  ///   - form: Tells which queries are the same one.
  ///   - body: Receives the session's name, the query as typed, its time in unix seconds, and where
  ///     it was typed, and what. A database of an earlier schema knows less of that.
  /// - Throws: `SessionStoreError`.
  public static func readEvents(
    ofDatabaseAt path: String, after time: Int64, busySeconds: Double = 10,
    form: ([UInt8]) -> [UInt8] = { $0 },
    _ body: (
      UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, Int64, StoredWhereabouts
    ) -> Void
  ) throws(SessionStoreError) {
    try read(path, busySeconds) { db in
      let columns = try eventColumns(db)
      let knows = columns.contains("outcome")
      let hasPeople = columns.contains("person")
      let isQuery =
        knows
        ? isWorthLearning(hasPeople: hasPeople)
        : columns.contains("item") ? "AND event.item IS NULL" : ""
      var seen: Set<Int> = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT session.name, event.query, event.at, \(hasPeople ? "event.person" : "NULL")
            \(knows ? ", event.thread, event.place" : "")
            \(columns.contains("typed") ? ", event.typed" : "")
          FROM event JOIN session ON session.id = event.session
          WHERE event.at > :time \(isQuery)
          ORDER BY event.at, session.name, event.sequence
          """, arguments: ["time": time])
      while let row = try rows.next() {
        let name = Array(try row.decode(Data.self, atIndex: 0))
        let query = Array(try row.decode(Data.self, atIndex: 1))
        let at: Int64 = try row.decode(Int64.self, atIndex: 2)
        if let person = try row.decode(Data?.self, atIndex: 3) {
          var hasher = Hasher()
          hasher.combine(person)
          hasher.combine(form(query))
          hasher.combine(at / 86_400 - (at % 86_400 < 0 ? 1 : 0))
          guard seen.insert(hasher.finalize()).inserted else { continue }
        }
        var place = StoredWhereabouts()
        if knows {
          place.thread = try row.decode(Data?.self, atIndex: 4).map { Array($0) } ?? []
          place.place = try row.decode(Data?.self, atIndex: 5).map { Array($0) } ?? []
        }
        if row.count > 6 {
          place.typed = try row.decode(Data?.self, atIndex: 6).map { Array($0) } ?? []
        }
        name.withUnsafeBufferPointer { name in
          query.withUnsafeBufferPointer { body(name, $0, at, place) }
        }
      }
    }
  }

  /// Leaves out examples, failures, and what fails more often than not, of events after `:time`.
  private static func isWorthLearning(hasPeople: Bool) -> String {
    let who = hasPeople ? "coalesce(person, session)" : "session"
    return """
      \(hasPeople ? "AND event.person IS NOT x''" : "")
      AND event.item IS NULL AND event.outcome IS NOT 1
      AND coalesce(event.normalized, event.query) NOT IN (
        SELECT coalesce(normalized, query) FROM event
        WHERE at > :time AND item IS NULL AND coalesce(normalized, query) IN (
          SELECT coalesce(normalized, query) FROM event
          WHERE at > :time AND item IS NULL AND outcome IS 1)
        GROUP BY coalesce(normalized, query)
        HAVING count(DISTINCT CASE WHEN outcome IS 1 THEN \(who) END)
          > count(DISTINCT CASE WHEN outcome IS NOT 1 THEN \(who) END))
      """
  }

  /// What a database, perhaps of an earlier schema, knows of its events.
  static func eventColumns(_ db: Database) throws -> Set<String> {
    Set(try db.columns(in: "event").map(\.name))
  }

  /// Calls `body` for each example after `time` in the database at `path`, in the order of time. A
  /// database that an earlier version wrote has none. What counts for nobody is left out.
  ///
  /// - Parameters:
  ///   - path: A database of this program; it is not changed.
  ///   - time: Unix seconds; only later examples are read.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  ///   - body: Receives as whom it counts (the session's name, or that of a person), the query as
  ///     typed, what it led to, and its time in unix seconds. A kind of a later version counts as a
  ///     click.
  /// - Throws: `SessionStoreError`.
  public static func readExamples(
    ofDatabaseAt path: String, after time: Int64, busySeconds: Double = 10,
    _ body: (_ session: [UInt8], _ query: [UInt8], _ use: StoredUse, _ time: Int64) -> Void
  ) throws(SessionStoreError) {
    try read(path, busySeconds) { db in
      let columns = try eventColumns(db)
      guard columns.contains("item") else { return }
      let hasPeople = columns.contains("person")
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT \(hasPeople ? "coalesce(event.person, session.name)" : "session.name"),
            event.query, event.at, event.item, event.kind
          FROM event JOIN session ON session.id = event.session
          WHERE event.at > ? AND event.item IS NOT NULL
            \(hasPeople ? "AND event.person IS NOT x''" : "")
          ORDER BY event.at, session.name, event.sequence
          """, arguments: [time])
      while let row = try rows.next() {
        let use = StoredUse(
          item: [UInt8](try row.decode(Data.self, atIndex: 3)),
          kind: StoredUse.Kind(rawValue: row[4] ?? 0) ?? .click)
        body(
          [UInt8](try row.decode(Data.self, atIndex: 0)),
          [UInt8](try row.decode(Data.self, atIndex: 1)), use, row[2])
      }
    }
  }

  /// The rules of the database at `path`, in the order of `rules()`. A database that an earlier
  /// version wrote has none of the kinds that came later.
  ///
  /// - Parameters:
  ///   - path: A database of this program; it is not changed.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  /// - Returns: The rules.
  /// - Throws: `SessionStoreError`.
  public static func readRules(
    ofDatabaseAt path: String, busySeconds: Double = 10
  ) throws(SessionStoreError) -> [StoredRule] {
    try read(path, busySeconds) { db in try StoredRule.all(db) }
  }

  /// The items of the database at `path`, ascending by id. A database that an earlier version wrote
  /// has none.
  ///
  /// - Parameters:
  ///   - path: A database of this program; it is not changed.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  /// - Returns: The items.
  /// - Throws: `SessionStoreError`.
  public static func readItems(
    ofDatabaseAt path: String, busySeconds: Double = 10
  ) throws(SessionStoreError) -> [StoredItem] {
    try read(path, busySeconds) { db in
      try db.tableExists("item") ? try StoredItem.all(db) : []
    }
  }

  /// Reads from one state of the database at `path`, which is not changed.
  static func read<Value>(
    _ path: String, _ busySeconds: Double, _ body: (Database) throws -> Value
  ) throws(SessionStoreError) -> Value {
    // SQLite would not say that there is no file, and of a named pipe it would wait for the writer.
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw .isDirectory(path: path)
      default: throw .notADatabase(path: path)
      }
    } else if errno == ENOENT || errno == ENOTDIR {
      throw .system(operation: "open", path: path, code: errno)
    }
    return try SessionStoreError.translating(path: path) {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.label = "qacd.export"
      configuration.busyMode = .timeout(busySeconds)
      let reader = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? reader.close() }
      return try reader.read { db in
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == SessionSchema.applicationID
        else { throw SessionStoreError.foreign(path: path) }
        return try body(db)
      }
    }
  }
}

/// In which conversation of its session and where a query was typed, and what stood in the box when
/// it was submitted; empty where that is not known.
public struct StoredWhereabouts: Sendable {
  /// The name of the conversation.
  public var thread: [UInt8] = []
  /// The place.
  public var place: [UInt8] = []
  /// What stood in the box, UTF-8.
  public var typed: [UInt8] = []
}
