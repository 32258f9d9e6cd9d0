// What is in a database of sessions, found without a change to it.
//
// Invariant: neither the database nor a file beside it is written: without a log (`-wal`), SQLite
// takes the file as immutable. With one, SQLite may make the `-shm` file that the log needs; this is
// so while a daemon has the database open, and after one was killed. A daemon that starts
// meanwhile is not held up.
// Cost: reads the whole file.
// Source: https://www.sqlite.org/uri.html (`immutable`), https://www.sqlite.org/pragma.html
// (`quick_check`).

internal import CSQLite
internal import GRDB
internal import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// A database of sessions as it is.
public struct DatabaseInspection: Sendable, Equatable {
  /// What it holds.
  public let statistics: SessionStatistics
  /// How many migrations the next start will make.
  public let missingMigrations: Int
  /// The bytes of the file and its log.
  public let bytes: Int

  /// Looks at the database at `path`; nil if there is none yet, or an empty file.
  ///
  /// - Throws: `SessionStoreError`, as a start would.
  public init?(path: String) throws(SessionStoreError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw DatabaseFile.failure("look at", path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .isSymbolicLink(path: path)
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notADatabase(path: path)
    }
    guard access(path, R_OK | W_OK) == 0 else { throw .permissionDenied(path: path) }
    if status.st_size == 0 { return nil }
    try DatabaseFile.checkHeader(path)
    var log = stat()
    bytes = Int(status.st_size) + (stat(path + "-wal", &log) == 0 ? Int(log.st_size) : 0)
    let reader = try DatabaseReader(path: path)
    (statistics, missingMigrations) = try reader.inspect()
  }
}

/// A connection that only reads.
private final class DatabaseReader {
  private let path: String
  private let database: OpaquePointer

  init(path: String) throws(SessionStoreError) {
    self.path = path
    var handle: OpaquePointer?
    let name = SQLiteURI.readOnly(path, isImmutable: SQLiteURI.isAtRest(path))
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
    let code = sqlite3_open_v2(name, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close(handle)
      throw SessionStoreError(code: .init(rawValue: code), path: path)
    }
    database = handle
    sqlite3_busy_timeout(database, 2_000)
  }

  deinit { sqlite3_close(database) }

  /// Checks whose database it is, its version and its structure, and counts.
  func inspect() throws(SessionStoreError) -> (SessionStatistics, Int) {
    let application = try numbers("PRAGMA application_id").first ?? 0
    guard application == Int(SessionSchema.applicationID) else { throw .foreign(path: path) }
    let known = SessionSchema.migrator.migrations
    let applied = try texts("SELECT identifier FROM grdb_migrations")
    guard applied.allSatisfy(known.contains) else { throw .newerSchema(path: path) }
    guard try texts("PRAGMA quick_check(1)") == ["ok"] else { throw .corrupt(path: path) }
    // Before migration 5 there are no examples.
    let columns = try texts("SELECT name FROM pragma_table_info('event')")
    let item = columns.contains("item") ? "item" : "NULL"
    let counts = try numbers("SELECT count(*), count(\(item)) FROM event")
    let sessions = try numbers("SELECT count(*) FROM session").first ?? 0
    return (
      SessionStatistics(
        sessions: sessions, events: counts[0] - counts[1], examples: counts[1]),
      known.count - applied.count
    )
  }

  private func texts(_ sql: String) throws(SessionStoreError) -> [String] {
    var texts: [String] = []
    try forEachRow(sql) { statement in
      texts.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
    }
    return texts
  }

  /// The columns of the last row.
  private func numbers(_ sql: String) throws(SessionStoreError) -> [Int] {
    var numbers: [Int] = []
    try forEachRow(sql) { statement in
      numbers = (0..<sqlite3_column_count(statement)).map {
        Int(sqlite3_column_int64(statement, $0))
      }
    }
    return numbers
  }

  private func forEachRow(
    _ sql: String, _ body: (OpaquePointer) -> Void
  ) throws(SessionStoreError) {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    var code = sqlite3_prepare_v2(database, sql, -1, &statement, nil)
    while code == SQLITE_OK || code == SQLITE_ROW, let statement {
      code = sqlite3_step(statement)
      if code == SQLITE_ROW { body(statement) }
    }
    guard code == SQLITE_DONE else {
      throw SessionStoreError(code: .init(rawValue: sqlite3_extended_errcode(database)), path: path)
    }
  }
}
