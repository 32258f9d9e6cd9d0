// The writer's connection: opened once, watched, and opened again after a failure that may be over.
//
// Invariant: used only on the store's writer thread, except that other threads may read `queue` and
// `reader`. Acknowledged records are in the file that the path names: the path is checked before
// every group that writes, so nothing is written into a database that was moved away or deleted.
// Cost: one stat(2) per group.

internal import CSQLiteSettings
internal import Foundation
internal import GRDB
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The connection of a store.
final class StoreConnection: Sendable {
  /// Tells a file from a later one of the same name.
  private struct Identity: Equatable {
    var device: dev_t
    var inode: ino_t

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      device = status.st_dev
      inode = status.st_ino
    }
  }

  private struct State {
    var queue: DatabaseQueue
    /// A second connection, for loads.
    var reader: DatabaseQueue
    var identity: Identity
  }

  private let path: String
  private let busySeconds: Double
  private let maximumPages: Int?
  private let state: Mutex<State>

  /// Opens the database and brings its schema up to date; `maximumPages` bounds the file, for tests
  /// of a full disk.
  init(path: String, busySeconds: Double, maximumPages: Int?) throws(SessionStoreError) {
    self.path = path
    self.busySeconds = busySeconds
    self.maximumPages = maximumPages
    state = Mutex(try Self.open(path, busySeconds, maximumPages))
  }

  /// Settings of the SQLite library, made once, before the first connection.
  private static let prepareSQLite: Void = csqlite_disable_lookaside()

  /// The present connection.
  var queue: DatabaseQueue { state.withLock { $0.queue } }

  /// The present second connection, which only reads and waits for no writer.
  var reader: DatabaseQueue { state.withLock { $0.reader } }

  private static func open(
    _ path: String, _ busySeconds: Double, _ maximumPages: Int?
  ) throws(SessionStoreError) -> State {
    prepareSQLite
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.label = "qacd.sessions"
    let settings = configuration
    let queue = try SessionStoreError.translating(path: path) {
      let queue = try DatabaseQueue(path: path, configuration: settings)
      try queue.inDatabase { db in try SessionSchema.prepare(db, path: path) }
      try SessionSchema.migrator.migrate(queue)
      if let maximumPages {
        try queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(maximumPages)") }
      }
      return queue
    }
    var reading = Configuration()
    reading.busyMode = .timeout(busySeconds)
    reading.readonly = true
    reading.label = "qacd.sessions.reads"
    let readerSettings = reading
    let reader = try SessionStoreError.translating(path: path) {
      try DatabaseQueue(path: path, configuration: readerSettings)
    }
    guard let identity = Identity(path) else { throw .moved(path: path) }
    return State(queue: queue, reader: reader, identity: identity)
  }

  /// Throws unless the path still names the file that is open.
  func check() throws(SessionStoreError) {
    let identity = state.withLock { $0.identity }
    guard Identity(path) == identity else { throw .moved(path: path) }
  }

  /// Opens the file that the path names now; whether it is another file than before.
  ///
  /// A database that is gone is not made again: somebody may put it back.
  func reopen() throws(SessionStoreError) -> Bool {
    guard access(path, F_OK) == 0 else { throw .moved(path: path) }
    chmod(path, 0o600)
    let fresh = try Self.open(path, busySeconds, maximumPages)
    let old = state.withLock { state in
      defer { state = fresh }
      return state
    }
    // When SQLite closes a file that was moved, it does not touch the log.
    try? old.reader.close()
    try? old.queue.close()
    return fresh.identity != old.identity
  }
}

extension SessionStoreError {
  /// Whether the connection may have caused the error, so that another one is worth a try.
  var isOfConnection: Bool {
    switch self {
    case .locked, .diskFull, .closed, .inUse, .badLog, .otherLog: return false
    default: return true
    }
  }
}
