// The sessions' events in SQLite: a queue of jobs, and one writer that commits them in groups.
//
//     let store = try SessionStore(path: "sessions.sqlite")
//     store.record(event, session: name) { result in … }    // called when the event is durable
//     store.load(name) { result in … }                      // sees every record asked for before
//     store.close()
//
// What was asked for is done in the order in which it was asked for, by one connection; so a load
// sees every record and every deletion that was asked for before it, committed or not. While a
// group is being synced to disk the next one gathers: under load one sync serves many records, and
// a single record waits for nobody.
//
// Invariant: a record's callback is called with success only when a crash of the machine would
// leave it in the database; if a group cannot be committed, every record of it fails.
// Cost: a lone record takes one sync of the disk; a group of thousands about 10 µs each.

internal import Dispatch
internal import GRDB
internal import Synchronization

/// Durable events of sessions in one SQLite database.
public final class SessionStore: Sendable {
  /// How many events `load` brings: as many as the engine's context holds.
  public static let loadedEvents = 256

  /// The most jobs of one transaction: bounds how long the first of them waits.
  static let groupLimit = 4096
  /// The write-ahead log is copied into the database after this many written events, as soon as
  /// nobody waits.
  static let idleCheckpointEvents = 2_000
  /// The same, whoever waits: bounds the log's size.
  static let forcedCheckpointEvents = 50_000

  /// The database's path.
  public let path: String

  private let file: DatabaseFile
  let connection: DatabaseQueue
  private let queue = Mutex(JobQueue())
  private let counts: Mutex<SessionStatistics>
  private let upkeep = Mutex(Upkeep())

  private struct JobQueue {
    var jobs: [Job] = []
    var isScheduled = false
    var isClosed = false
  }

  /// What is owed to the database's files.
  private struct Upkeep {
    var eventsInLog = 0
    /// Whether the log may still hold deleted content.
    var owesTruncation = false
  }

  /// Opens the database at `path`, makes it if it is missing, and migrates it if it is older.
  ///
  /// - Parameters:
  ///   - path: The database file; it becomes 0600, and a missing directory 0700.
  ///   - busySeconds: How long to wait for another process's lock.
  /// - Throws: `SessionStoreError`; the file is then as it was.
  /// - Complexity: O(events), for counting them.
  public convenience init(path: String, busySeconds: Double = 2) throws(SessionStoreError) {
    try self.init(path: path, busySeconds: busySeconds, maximumPages: nil)
  }

  /// Opens as above; `maximumPages` bounds the file, for tests of a full disk.
  init(path: String, busySeconds: Double, maximumPages: Int?) throws(SessionStoreError) {
    self.path = path
    let file = try DatabaseFile(path: path)
    self.file = file
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.label = "qacd.sessions"
    let (connection, counts) = try SessionStoreError.translating(path: path) {
      let connection = try DatabaseQueue(path: path, configuration: configuration)
      try connection.inDatabase { db in try SessionSchema.prepare(db, path: path) }
      try SessionSchema.migrator.migrate(connection)
      let counts = try connection.inDatabase { db in
        if let maximumPages { try db.execute(sql: "PRAGMA max_page_count = \(maximumPages)") }
        return try Job.count(db)
      }
      return (connection, counts)
    }
    self.connection = connection
    self.counts = Mutex(counts)
  }

  /// Adds `event` to the session `session`.
  ///
  /// - Parameters:
  ///   - event: The event; events of a session may come in any order of time.
  ///   - session: The session's name.
  ///   - completion: Called on the writer's thread, in the order of the calls, when the event is
  ///     durable or has failed; never within this call. It must not block.
  public func record(
    _ event: StoredEvent, session: [UInt8],
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    submit(.record(event, session: session, completion))
  }

  /// Finds the last `SessionStore.loadedEvents` events of `session`, in the order of time, equal
  /// times in the order in which they were recorded.
  public func load(
    _ session: [UInt8],
    completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) {
    submit(.load(session: session, limit: Self.loadedEvents, completion))
  }

  /// Finds the last `limit` events of `session`, newest first.
  public func history(
    _ session: [UInt8], limit: Int,
    completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) {
    submit(.load(session: session, limit: limit) { completion($0.map { $0.reversed() }) })
  }

  /// Deletes the events of `session` for which `matches` holds, from the database and its log.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - matches: Called on the writer's thread with each event of the session; nil deletes all.
  ///   - completion: Called with the number of deleted events when the deletion is durable.
  public func forget(
    _ session: [UInt8], where matches: (@Sendable (StoredEvent) -> Bool)? = nil,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    submit(.forget(session: session, matches: matches, completion))
  }

  /// Adds and removes rules; those that are there already, or are not there, do nothing.
  ///
  /// - Parameters:
  ///   - added: Rules to keep.
  ///   - removed: Rules to delete, before the others are added.
  ///   - completion: Called on the writer's thread when the change is durable or has failed.
  public func changeRules(
    add added: [StoredRule], remove removed: [StoredRule],
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    submit(.changeRules(add: added, remove: removed, completion))
  }

  /// The rules, in an order that depends on them alone.
  ///
  /// Blocks until what was asked for before is done: for a start, not for an event loop.
  public func rules() throws(SessionStoreError) -> [StoredRule] {
    if queue.withLock({ $0.isClosed }) { throw .closed }
    return try SessionStoreError.translating(path: path) {
      try connection.inDatabase { db in try Job.rules(db) }
    }
  }

  /// What the database holds, as of the last group.
  public var statistics: SessionStatistics { counts.withLock { $0 } }

  /// Finishes what was asked for, copies the log into the database, and closes it.
  ///
  /// What is asked for afterwards fails with `.closed`. Blocks until all is done.
  public func close() {
    let wasClosed = queue.withLock { queue in
      defer { queue.isClosed = true }
      return queue.isClosed
    }
    guard !wasClosed else { return }
    connection.inDatabase { db in
      self.drain(db)
      _ = try? db.checkpoint(.truncate)
    }
    try? connection.close()
    file.release()
  }

  func submit(_ job: Job) {
    let (isClosed, mustSchedule) = queue.withLock { queue in
      if queue.isClosed { return (true, false) }
      queue.jobs.append(job)
      defer { queue.isScheduled = true }
      return (false, !queue.isScheduled)
    }
    if isClosed {
      // Not within this call: the caller may hold a lock that its callback takes.
      DispatchQueue.global().async { job.fail(.closed) }
    } else if mustSchedule {
      connection.asyncWriteWithoutTransaction { db in self.drain(db) }
    }
  }

  /// Does all that was asked for, group by group.
  private func drain(_ db: Database) {
    while true {
      let group = queue.withLock { queue in
        var group = Array(queue.jobs.prefix(Self.groupLimit))
        if let alone = group.firstIndex(where: \.isBetweenGroups) {
          group.removeSubrange(max(1, alone)...)
        }
        queue.jobs.removeFirst(group.count)
        if group.isEmpty { queue.isScheduled = false }
        return group
      }
      if group.isEmpty { return }
      perform(group, db)
    }
  }

  private func perform(_ group: [Job], _ db: Database) {
    var changes = Job.Changes()
    do {
      if group.contains(where: \.writes) {
        try db.inTransaction(.immediate) {
          for job in group { try job.run(db, &changes) }
          return .commit
        }
      } else {
        for job in group { try job.run(db, &changes) }
      }
    } catch {
      let error = SessionStoreError(error, path: path)
      for job in group {
        // A disk that takes no more records can still be read.
        if job.writes || (try? job.run(db, &changes)) == nil { job.fail(error) }
      }
      return
    }
    counts.withLock { counts in
      counts.sessions += changes.sessions
      counts.events += changes.events
    }
    maintain(db, after: changes)
    for finish in changes.completions { finish() }
  }

  /// Keeps the log short, and free of what was deleted.
  private func maintain(_ db: Database, after changes: Job.Changes) {
    let isIdle = queue.withLock { $0.jobs.isEmpty }
    upkeep.withLock { upkeep in
      upkeep.eventsInLog += changes.written
      if changes.deleted { upkeep.owesTruncation = true }
      if upkeep.owesTruncation {
        // Another process that reads can hold this up; it is then tried after the next group.
        guard (try? db.checkpoint(.truncate)) != nil else { return }
        upkeep = Upkeep()
      } else if upkeep.eventsInLog
        >= (isIdle ? Self.idleCheckpointEvents : Self.forcedCheckpointEvents)
      {
        _ = try? db.checkpoint(.passive)
        upkeep.eventsInLog = 0
      }
    }
  }
}
