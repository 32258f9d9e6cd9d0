// A prepared statement whose values are bound as they are. GRDB takes values as existentials, in
// arrays, and text as `Data`: for one record that is some forty allocations.
//
// Invariant: between two uses a statement is reset and holds no value, so it keeps nothing that
// somebody typed. The statement belongs to the cache of its connection, which `releaseMemory`
// empties.
// Cost: one look-up of the statement by its SQL when it is made; one copy of each text, by SQLite.

internal import GRDB
internal import GRDBSQLite

/// A cached statement of a connection, used at once.
struct DirectStatement {
  private let statement: Statement
  private let db: Database

  /// The statement of `sql`, from the cache of `db`.
  init(_ sql: String, _ db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    self.db = db
  }

  /// Binds parameter `i`, counted from 1; nil is NULL.
  func bind(_ value: Int64?, at i: Int32) throws {
    guard let value else { return try check(sqlite3_bind_null(statement.sqliteStatement, i)) }
    try check(sqlite3_bind_int64(statement.sqliteStatement, i, value))
  }

  /// Binds parameter `i`, counted from 1, to a blob; nil is NULL.
  func bind(_ bytes: [UInt8]?, at i: Int32) throws {
    guard let bytes else { return try check(sqlite3_bind_null(statement.sqliteStatement, i)) }
    // SQLite would read a blob without an address as NULL.
    if bytes.isEmpty { return try check(sqlite3_bind_zeroblob(statement.sqliteStatement, i, 0)) }
    let code = bytes.withUnsafeBytes {
      sqlite3_bind_blob64(
        statement.sqliteStatement, i, $0.baseAddress, UInt64($0.count), Self.copies)
    }
    try check(code)
  }

  /// Runs a statement that returns nothing.
  func run() throws {
    defer { finish() }
    let code = sqlite3_step(statement.sqliteStatement)
    if code != SQLITE_DONE { throw failure }
  }

  /// The number in the first column of the first row; nil if there is no row.
  func firstInteger() throws -> Int64? {
    defer { finish() }
    switch sqlite3_step(statement.sqliteStatement) {
    case SQLITE_ROW: return sqlite3_column_int64(statement.sqliteStatement, 0)
    case SQLITE_DONE: return nil
    default: throw failure
    }
  }

  /// The numbers in the first three columns of the first row; nil if there is no row.
  func firstIntegers() throws -> (Int64, Int64, Int64)? {
    defer { finish() }
    let row = statement.sqliteStatement
    switch sqlite3_step(row) {
    case SQLITE_ROW:
      return (
        sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2)
      )
    case SQLITE_DONE: return nil
    default: throw failure
    }
  }

  private func finish() {
    sqlite3_reset(statement.sqliteStatement)
    sqlite3_clear_bindings(statement.sqliteStatement)
  }

  private func check(_ code: Int32) throws {
    if code == SQLITE_OK { return }
    defer { finish() }
    throw failure
  }

  /// What SQLite says went wrong.
  private var failure: DatabaseError {
    DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
  }

  /// Tells SQLite to copy what is bound (`SQLITE_TRANSIENT`).
  private static var copies: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
