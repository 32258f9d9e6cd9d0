// Reads the database of atuin, a shell history in SQLite, with libsqlite3 itself.
//
// Deleted commands are left out, and so are those that a program entered (`author_kind` 2, or an
// `author` that is a known program's name and not the user's). Times are in nanoseconds.
//
// Invariant: the file is opened read-only, and nothing beside it is written: without a log to read
// (`-wal`), SQLite takes the file as immutable, and a file that changes meanwhile is an error. A
// hostile database can waste a bounded number of steps and `maximumValue` bytes per value: its
// `history` must be a table of stored columns, so no expression of its schema is evaluated.
// Cost: one pass over the rows in the order of time.
// Source: https://www.sqlite.org/uri.html (`immutable`), https://www.sqlite.org/security.html;
// atuin 18.24, the table `history`.

import CSQLite
import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Reads atuin's database.
package final class AtuinHistory {
  /// The most bytes of one value of the database.
  static let maximumValue: Int32 = 16 << 20
  /// The most steps of SQLite's machine: for each byte of the file, and however small that is.
  private static let stepsPerByte: Int64 = 10
  private static let leastSteps: Int64 = 100_000_000
  /// After so many steps SQLite asks whether to go on.
  private static let stepsBetween: Int32 = 1_000
  /// Names of programs that enter commands for a person.
  private static let programs: Set<String> = [
    "claude", "claude-code", "codex", "copilot", "opencode", "pi", "omp", "cursor", "cursor-agent",
    "gemini", "gemini-cli", "aider", "goose", "amp", "crush",
  ]

  private let path: String
  private let database: OpaquePointer
  private let status: stat
  private let isImmutable: Bool

  /// Whether `head` is the beginning of an SQLite database.
  package static func isDatabase(_ head: some Collection<UInt8>) -> Bool {
    head.starts(with: "SQLite format 3\0".utf8)
  }

  /// Opens the database at `path`.
  ///
  /// - Throws: `LogError.file`, or `LogError.database` if it is not a database of atuin.
  package init(path: String) throws(LogError) {
    self.path = path
    do throws(FileError) {
      let (descriptor, status) = try RegularFile.open(path, acceptsPipes: false)
      close(descriptor)
      self.status = status
    } catch {
      throw .file(error)
    }
    isImmutable = SQLiteURI.isAtRest(path)
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
    let result = sqlite3_open_v2(
      SQLiteURI.readOnly(path, isImmutable: isImmutable), &handle, flags, nil)
    guard result == SQLITE_OK, let handle else {
      sqlite3_close(handle)
      throw .database(path: path, reason: "cannot be opened")
    }
    database = handle
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, Self.maximumValue)
    sqlite3_busy_timeout(database, 2_000)
    for setting in ["trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"] {
      sqlite3_exec(database, "PRAGMA \(setting)", nil, nil, nil)
    }
  }

  // A statement that is still there is finished first.
  deinit { sqlite3_close_v2(database) }

  /// Calls `body` with every row, oldest first. What a person did not enter, or deleted, is left out.
  ///
  /// - Throws: `LogError.database`, or what `body` throws.
  package func forEach(
    _ body: (HistoryItem) throws(LogError) -> Void
  ) throws(LogError) {
    let columns = try columns()
    func optional(_ name: String) -> String { columns.contains(name) ? name : "NULL" }
    let statement = try prepare(
      """
      SELECT command, timestamp, duration, exit, cwd, session, hostname, \(optional("deleted_at")),
        \(optional("author")), \(optional("author_kind"))
      FROM history ORDER BY timestamp, rowid
      """)
    defer { sqlite3_finalize(statement) }
    var steps = max(Self.leastSteps, Int64(status.st_size) * Self.stepsPerByte)
    try withUnsafeMutablePointer(to: &steps) { (steps) throws(LogError) in
      sqlite3_progress_handler(
        database, Self.stepsBetween,
        { pointer in
          guard let steps = pointer?.assumingMemoryBound(to: Int64.self) else { return 1 }
          steps.pointee -= Int64(AtuinHistory.stepsBetween)
          return steps.pointee < 0 ? 1 : 0
        }, steps)
      defer { sqlite3_progress_handler(database, 0, nil, nil) }
      try read(statement, body)
    }
  }

  private func read(
    _ statement: OpaquePointer, _ body: (HistoryItem) throws(LogError) -> Void
  ) throws(LogError) {
    var row = 0
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: break
      case SQLITE_DONE:
        return try checkUnchanged()
      default: throw damage()
      }
      row += 1
      if sqlite3_column_type(statement, 7) != SQLITE_NULL {
        try body(.leftOut(.deleted, line: row, lastLine: row))
      } else if Self.isOfProgram(statement) {
        try body(.leftOut(.program, line: row, lastLine: row))
      } else if let item = Self.item(statement, row) {
        try body(item)
      } else {
        try body(.stray(line: row))
      }
    }
  }

  /// The command of the present row; nil if it has none, or its time is no time.
  private static func item(_ statement: OpaquePointer, _ row: Int) -> HistoryItem? {
    guard let command = text(statement, 0), !LogText.isBlank(command),
      sqlite3_column_type(statement, 1) == SQLITE_INTEGER
    else { return nil }
    if command.count > HistoryText.maximumBytes {
      return .leftOut(.longQuery, line: row, lastLine: row)
    }
    let (seconds, rest) = sqlite3_column_int64(statement, 1).quotientAndRemainder(
      dividingBy: 1_000_000_000)
    var entry = HistoryEntry(
      command: command, time: rest < 0 ? seconds - 1 : seconds, line: row,
      lastLine: row)
    // -1: the command has not ended, or its end was not noted.
    let duration = sqlite3_column_int64(statement, 2)
    if duration >= 0 { entry.duration = Double(duration) * 1e-9 }
    if sqlite3_column_int64(statement, 3) >= 0 {
      entry.exitStatus = sqlite3_column_int64(statement, 3)
    }
    entry.directory = text(statement, 4)
    entry.thread = text(statement, 5)
    return .entry(entry)
  }

  /// Whether a program entered the command of the present row.
  private static func isOfProgram(_ statement: OpaquePointer) -> Bool {
    if sqlite3_column_type(statement, 9) != SQLITE_NULL {
      return sqlite3_column_int64(statement, 9) == 2
    }
    guard let author = text(statement, 8), author.count <= 32 else { return false }
    let name = String(decoding: author, as: UTF8.self).lowercased()
    guard programs.contains(name) else { return false }
    // `hostname` is the machine's name, a colon, and the user's.
    let user = text(statement, 6)?.split(separator: 0x3A, maxSplits: 1).last
    return user.map { !$0.elementsEqual(author) } ?? true
  }

  private static func text(
    _ statement: OpaquePointer, _ column: Int32
  ) -> UnsafeBufferPointer<UInt8>? {
    // Text first: sqlite3_column_bytes after it counts the bytes of the UTF-8 form.
    guard sqlite3_column_type(statement, column) == SQLITE_TEXT,
      let bytes = sqlite3_column_text(statement, column)
    else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return count == 0 ? nil : UnsafeBufferPointer(start: bytes, count: count)
  }

  /// The columns of the table `history`.
  private func columns() throws(LogError) -> Set<String> {
    let tables = try prepare(
      """
      SELECT count(*) FROM sqlite_master
      WHERE name = 'history' AND type = 'table' AND rootpage > 0
      """)
    defer { sqlite3_finalize(tables) }
    guard sqlite3_step(tables) == SQLITE_ROW else { throw damage() }
    guard sqlite3_column_int64(tables, 0) == 1 else {
      throw .database(path: path, reason: "has no table of atuin's")
    }
    let statement = try prepare("SELECT name FROM pragma_table_xinfo('history') WHERE hidden = 0")
    defer { sqlite3_finalize(statement) }
    var names: Set<String> = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if let name = Self.text(statement, 0) { names.insert(String(decoding: name, as: UTF8.self)) }
    }
    let needed = ["command", "timestamp", "duration", "exit", "cwd", "session", "hostname"]
    guard names.isSuperset(of: needed) else {
      throw .database(path: path, reason: "has no table of atuin's")
    }
    return names
  }

  private func prepare(_ sql: String) throws(LogError) -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw damage()
    }
    return statement
  }

  /// The error of the last call.
  private func damage() -> LogError {
    let reason: String
    switch sqlite3_errcode(database) & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: reason = "is locked by another program"
    case SQLITE_CANTOPEN, SQLITE_READONLY: reason = "cannot be opened beside its log (-wal)"
    case SQLITE_INTERRUPT: reason = "takes too long to read for its size"
    default: reason = "is damaged or not a database"
    }
    return .database(path: path, reason: reason)
  }

  private func checkUnchanged() throws(LogError) {
    guard isImmutable else { return }
    var now = stat()
    guard stat(path, &now) == 0, now.st_size == status.st_size,
      now.st_mtim.tv_sec == status.st_mtim.tv_sec, now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
    else { throw .database(path: path, reason: "changed while it was read") }
  }
}
