// Every way in which the database can be bad, and the error for it.

import Foundation
import GRDB
import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct SessionStoreErrorTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s.sqlite")
  }

  private func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// A connection that may leave a transaction open, as another program would.
  private func otherProcess() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  @Test func aFileThatIsNoDatabase() throws {
    for content in ["x", "not a database, but long enough to be one", "SQLite format"] {
      try write(Array(content.utf8))
      #expect(throws: SessionStoreError.notADatabase(path: path)) { try SessionStore(path: path) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(content.utf8))
    }
    #expect(throws: SessionStoreError.notADatabase(path: "/dev/null")) {
      try SessionStore(path: "/dev/null")
    }
  }

  @Test func aDirectory() throws {
    #expect(throws: SessionStoreError.isDirectory(path: directory.path)) {
      try SessionStore(path: directory.path)
    }
  }

  /// SQLite would only say that it cannot open it.
  @Test func whatIsNotThereIsNotRead() throws {
    for missing in [path, directory.file("none/s.sqlite")] {
      let error = #expect(throws: SessionStoreError.self) {
        try SessionStore.readEvents(ofDatabaseAt: missing, after: 0) { _, _, _, _ in }
      }
      #expect(error == .system(operation: "open", path: missing, code: ENOENT))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// SQLite would wait for the pipe's writer.
  @Test func whatIsNoFileIsNotReadAsADatabase() throws {
    let pipe = try NamedPipe(path: path)
    for path in [pipe.path, "/dev/null"] {
      #expect(throws: SessionStoreError.notADatabase(path: path)) {
        try SessionStore.readEvents(ofDatabaseAt: path, after: 0) { _, _, _, _ in }
      }
    }
    #expect(throws: SessionStoreError.isDirectory(path: directory.path)) {
      try SessionStore.readEvents(ofDatabaseAt: directory.path, after: 0) { _, _, _, _ in }
    }
  }

  @Test func aPathThroughAFile() throws {
    try write([])
    #expect(
      throws: SessionStoreError.system(operation: "create", path: path + "/x", code: ENOTDIR)
    ) {
      try SessionStore(path: path + "/x")
    }
  }

  @Test func anEmptyFileBecomesADatabase() throws {
    try write([])
    #expect(try SessionStore(path: path).statistics.events == 0)
  }

  @Test func aFileWithoutPermission() throws {
    // Root may read everything: then the directory of a process's files says EACCES or ENOENT.
    if geteuid() == 0 {
      #expect(throws: SessionStoreError.self) { try SessionStore(path: "/proc/self/qacd/s.sqlite") }
    } else {
      try write([])
      chmod(path, 0)
      #expect(throws: SessionStoreError.permissionDenied(path: path)) {
        try SessionStore(path: path)
      }
    }
  }

  @Test func aSecondStoreOnTheSameFile() throws {
    let store = try SessionStore(path: path)
    #expect(throws: SessionStoreError.inUse(path: path)) { try SessionStore(path: path) }
    store.close()
  }

  @Test func aLockedDatabase() async throws {
    let store = try SessionStore(path: path, busySeconds: 0)
    try await store.record("before", at: 1, "s")
    let other = try otherProcess()
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    await #expect(throws: SessionStoreError.locked(path: path)) {
      try await store.record("refused", at: 2, "s")
    }
    // Reading goes on, and so does writing once the lock is gone.
    #expect(try await store.load("s") == [StoredEvent("before", at: 1)])
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
    try await store.record("after", at: 3, "s")
    #expect(
      try await store.load("s") == [StoredEvent("before", at: 1), StoredEvent("after", at: 3)])
    #expect(store.statistics.events == 2)
  }

  @Test func aLockedDatabaseAtOpen() throws {
    try SessionStore(path: path).close()
    let other = try otherProcess()
    try other.inDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    }
    #expect(throws: SessionStoreError.locked(path: path)) {
      try SessionStore(path: path, busySeconds: 0)
    }
    #expect(throws: SessionStoreError.locked(path: path)) {
      try SessionStore.readEvents(ofDatabaseAt: path, after: 0, busySeconds: 0) { _, _, _, _ in }
    }
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
  }

  @Test func aFullDisk() async throws {
    let store = try SessionStore(path: path, busySeconds: 0, maximumPages: 15)
    let long = String(repeating: "x", count: 2000)
    var durable = 0
    await #expect(throws: SessionStoreError.diskFull(path: path)) {
      for i in 0..<100 {
        try await store.record(long, at: Int64(i), "s")
        durable += 1
      }
    }
    #expect(durable > 0)
    #expect(try await store.load("s").count == durable)
    #expect(store.statistics.events == durable)
    // Deleting makes room.
    #expect(try await store.forget("s") == durable)
    try await store.record(long, at: 1, "s")
  }

  @Test(arguments: 0..<40) func aDamagedDatabaseNeverTraps(seed: Int) async throws {
    let store = try SessionStore(path: path)
    for i in 0..<400 { try await store.record("query number \(i)", at: Int64(i), "s\(i % 5)") }
    store.close()
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SplitMix64(seed: UInt64(seed))
    if seed % 4 == 0 {
      bytes.removeLast(1 + random.below(bytes.count - 100))
    } else {
      for _ in 0..<200 {
        bytes[16 + random.below(bytes.count - 16)] = UInt8(truncatingIfNeeded: random.next())
      }
    }
    try write(bytes)
    do {
      let damaged = try SessionStore(path: path, busySeconds: 0)
      for i in 0..<5 { _ = try await damaged.load("s\(i)") }
      try await damaged.record("q", at: 1, "s1")
      _ = try await damaged.forget("s2")
      damaged.close()
    } catch {
      // Every error is one line, with a remedy and without SQL.
      let text = (try #require(error as? SessionStoreError)).description
      #expect(text.contains(path) && text.contains(";"), "seed \(seed): \(text)")
      #expect(!text.contains("SELECT") && !text.contains("INSERT") && !text.contains("\n"))
    }
  }

  @Test func aFileCutInTheMiddleIsCalledDamaged() async throws {
    let store = try SessionStore(path: path)
    for i in 0..<2000 {
      store.record(StoredEvent("query number \(i)", at: Int64(i)), session: [115]) { _ in }
    }
    store.close()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    try write(Array(bytes.prefix(bytes.count / 2 / 4096 * 4096)))
    #expect(throws: SessionStoreError.corrupt(path: path)) { try SessionStore(path: path) }
  }

  @Test func resultCodesHaveNames() {
    func named(_ code: ResultCode) -> SessionStoreError { SessionStoreError(code: code, path: "p") }
    #expect(named(.SQLITE_READONLY) == .readOnly(path: "p"))
    #expect(named(.SQLITE_READONLY_DBMOVED) == .readOnly(path: "p"))
    #expect(named(.SQLITE_CANTOPEN) == .permissionDenied(path: "p"))
    #expect(named(.SQLITE_BUSY_RECOVERY) == .locked(path: "p"))
    #expect(named(.SQLITE_FULL) == .diskFull(path: "p"))
    #expect(named(.SQLITE_NOTADB) == .notADatabase(path: "p"))
    #expect(named(.SQLITE_CORRUPT_VTAB) == .corrupt(path: "p"))
    #expect(
      named(.SQLITE_IOERR_FSYNC)
        == .inputOutput(path: "p", code: ResultCode.SQLITE_IOERR_FSYNC.rawValue))
    #expect(named(.SQLITE_INTERNAL) == .unexpected(path: "p", code: 2))
  }
}
