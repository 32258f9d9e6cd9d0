// A store that follows a log: what its owner has to do, and may ask.

internal import GRDB
internal import Synchronization

extension SessionStore {
  /// Whether the store follows a log. Its observer then tells caches of every change, this process's
  /// own included.
  public var followsLog: Bool { follower != nil }

  /// Whether what the store knows of sessions may be told: always, unless it follows a log and has
  /// not reached it for longer than its lease.
  public var isCurrent: Bool { follower?.isCurrent ?? true }

  /// How far the replica is; nil if the store follows no log.
  public var logStatus: LogStatus? { follower?.status }

  /// Begins to follow the log, if there is one; called once.
  public func follow(_ observer: LogObserver) {
    follower?.start(self, observer)
  }

  /// Calls `call` when every living replica has carried out what this one has applied by now, or
  /// with the reason why that is not known; at once if the store follows no log.
  public func whenEverywhere(_ call: @escaping @Sendable (SessionStoreError?) -> Void) {
    if let follower { follower.whenEverywhere(call) } else { call(nil) }
  }

  /// Makes the database ready to follow, or makes sure that it follows no log.
  func prepareLog() throws(SessionStoreError) {
    let (follows, isEmpty) = try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in
        let follows = try db.tableExists("log_state")
        if let follower, follows || counts.withLock({ $0.sessions }) == 0 {
          try db.inTransaction {
            try LogApplication.prepare(db)
            let (count, wasUsed) = try LogQueue.open(
              for: follower.settings.replica, path: path, db)
            follower.found(queued: count, wasUsed: wasUsed)
            return .commit
          }
        }
        return (follows, counts.withLock { $0.sessions } == 0)
      }
    }
    if follower == nil {
      if follows { throw .log(follows: true, path: path) }
    } else if !follows, !isEmpty {
      throw .log(follows: false, path: path)
    }
  }

  /// Where the database is in the log; one that follows none yet begins with `log`.
  func logPlace(in log: [UInt8]) throws(SessionStoreError) -> LogHead {
    try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in
        if let state = try LogApplication.state(db) { return state }
        try LogApplication.begin(log, db)
        return LogHead(log: log, number: 0)
      }
    }
  }
}
