// A database that fails while it is in use: the error has a name, and no restart is needed after
// the cause is gone.

import Foundation
import GRDB
import QACTestSupport
import Synchronization
import Testing

@testable import QACSessions

@Suite struct RecoveryTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s.sqlite")
  }

  private func move(_ from: String, _ to: String) throws {
    for suffix in ["", "-wal", "-shm"] where access(from + suffix, F_OK) == 0 {
      try FileManager.default.moveItem(atPath: from + suffix, toPath: to + suffix)
    }
  }

  @Test func aDatabaseThatIsMovedAway() async throws {
    let store = try SessionStore(path: path)
    let replaced = Mutex(0)
    store.whenReplaced { replaced.withLock { $0 += 1 } }
    try await store.record("before", at: 1, "s")
    try move(path, directory.file("away"))
    // Records that would go into a file that has moved away are refused; the old ones can still be
    // read.
    await #expect(throws: SessionStoreError.moved(path: path)) {
      try await store.record("refused", at: 2, "s")
    }
    await #expect(throws: SessionStoreError.moved(path: path)) { try await store.forget("s") }
    #expect(try await store.load("s") == [StoredEvent("before", at: 1)])
    try move(directory.file("away"), path)
    try await store.record("after", at: 3, "s")
    #expect(
      try await store.load("s") == [StoredEvent("before", at: 1), StoredEvent("after", at: 3)])
    #expect(store.statistics.events == 2)
    #expect(replaced.withLock { $0 } == 0)
    store.close()
  }

  @Test func anotherDatabaseInItsPlace() async throws {
    let other = directory.file("other.sqlite")
    let backup = try SessionStore(path: other)
    try await backup.record("of the backup", at: 1, "t")
    backup.close()

    let store = try SessionStore(path: path)
    let replaced = Mutex(0)
    store.whenReplaced { replaced.withLock { $0 += 1 } }
    for i in 0..<5 { try await store.record("q\(i)", at: 1, "s") }
    try move(path, directory.file("away"))
    try move(other, path)
    // The first record finds out, the next one is stored in the other database.
    await #expect(throws: SessionStoreError.moved(path: path)) {
      try await store.record("refused", at: 2, "s")
    }
    try await store.record("new", at: 3, "t")
    #expect(
      try await store.load("t") == [StoredEvent("of the backup", at: 1), StoredEvent("new", at: 3)])
    #expect(try await store.load("s") == [])
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 2))
    #expect(replaced.withLock { $0 } == 1)
    store.close()
    // Closing damaged neither.
    let first = try SessionStore(path: directory.file("away"))
    #expect(try await first.load("s").count == 5)
    let second = try SessionStore(path: path)
    #expect(try await second.load("t").count == 2)
  }

  @Test func aDamagedDatabaseIsReplacedByABackup() async throws {
    let store = try SessionStore(path: path)
    for i in 0..<300 { try await store.record("query number \(i)", at: Int64(i), "s\(i % 5)") }
    store.close()
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    let again = try SessionStore(path: path)
    // The root page of the events, which has not been read yet.
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0xFF, count: good.count - 4096))
    try handle.close()
    var refusal: SessionStoreError?
    do {
      for i in 0..<50 { try await again.record("x", at: 1000, "new \(i)") }
    } catch {
      refusal = error as? SessionStoreError
    }
    #expect(refusal == .corrupt(path: path))
    try move(path, directory.file("damaged"))
    try good.write(to: URL(fileURLWithPath: path))
    // One more record may be needed to find out that the file is another one.
    _ = try? await again.record("first", at: 1001, "s0")
    try await again.record("second", at: 1002, "s0")
    #expect(try await again.load("s1").count == 60)
    #expect(again.statistics.events >= 301)
    again.close()
  }

  /// A disk that is full, and then has room again.
  @Test func aFullDisk() async throws {
    let store = try SessionStore(path: path)
    try await store.record("before", at: 1, "s")
    func limit(_ pages: Int) throws {
      try store.connection.queue.inDatabase {
        try $0.execute(sql: "PRAGMA max_page_count = \(pages)")
      }
    }
    try limit(1)
    await #expect(throws: SessionStoreError.diskFull(path: path)) {
      for i in 0..<20 {
        try await store.record(String(repeating: "x", count: 3000), at: 2, "t\(i)")
      }
    }
    #expect(try await store.load("s") == [StoredEvent("before", at: 1)])
    try limit(100_000)
    try await store.record("after", at: 3, "s")
    #expect(try await store.load("s").count == 2)
  }

  /// A file system that has become read-only, as SQLite reports it.
  @Test func aDatabaseThatCannotBeWritten() async throws {
    let store = try SessionStore(path: path)
    try await store.record("before", at: 1, "s")
    try store.connection.queue.inDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
    await #expect(throws: SessionStoreError.readOnly(path: path)) {
      try await store.record("refused", at: 2, "s")
    }
    // The next group tries another connection, which does not get that error.
    try await store.record("after", at: 3, "s")
    #expect(try await store.load("s").count == 2)
  }

  @Test func symbolicLinksAreRefused() throws {
    let store = try SessionStore(path: path)
    let link = directory.file("link.sqlite")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    #expect(throws: SessionStoreError.isSymbolicLink(path: link)) { try SessionStore(path: link) }
    store.close()
  }
}
