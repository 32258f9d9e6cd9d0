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
// a single record waits for nobody. Deletions and retention go in steps, between which others have
// their turn.
//
// A load waits for none of that where nothing is under way for its session: a second connection reads then,
// which waits for no writer, no sync and no copying of the log.
//
// The log is copied into the database when nobody waits: behind a group's callbacks if no other group is there, or
// by `maintain`, which the owner calls now and then; only a deletion waits for it. After a failure that may be
// the connection's, the next group tries another connection, so that nothing has to be restarted.
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
  let connection: StoreConnection
  private let writer = DispatchQueue(label: "qacd.sessions", qos: .userInitiated)
  private let reader = DispatchQueue(label: "qacd.sessions.reads", qos: .userInitiated)
  private let replaced: Mutex<@Sendable () -> Void> = Mutex({})
  private let queue = Mutex(JobQueue())
  private let counts: Mutex<SessionStatistics>
  private let upkeep = Mutex(Upkeep())
  /// Deletions that have begun and are not done.
  private let unfinished = Mutex<[ForgetStep.Progress]>([])

  private struct JobQueue {
    var jobs: [Job] = []
    var isScheduled = false
    var isClosed = false
    /// How many jobs are under way that change a session, by its name.
    var changing: [[UInt8]: Int] = [:]
    /// How many first steps of deletions from every session are under way.
    var changingAll = 0

    /// Notes that `job` is under way (1), or not any more (-1).
    mutating func note(_ job: Job, _ difference: Int) {
      guard job.changesSessions else { return }
      if let session = job.session {
        let count = changing[session, default: 0] + difference
        changing[session] = count == 0 ? nil : count
      } else if job.isFirstStep {
        changingAll += difference
      }
    }
  }

  /// What is owed to the database's files.
  private struct Upkeep {
    var eventsInLog = 0
    /// Whether the log may still hold deleted content.
    var owesTruncation = false
    /// Whether the connection failed, and another one has to be tried.
    var needsConnection = false
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
    let connection = try StoreConnection(
      path: path, busySeconds: busySeconds, maximumPages: maximumPages)
    self.connection = connection
    counts = Mutex(
      try SessionStoreError.translating(path: path) {
        try connection.queue.inDatabase { db in try Job.count(db) }
      })
  }

  /// Has `body` called, on the writer's thread, when another database has taken the place of the one that
  /// was open: what was remembered of that one is worth nothing any more.
  public func whenReplaced(_ body: @escaping @Sendable () -> Void) {
    replaced.withLock { $0 = body }
  }

  /// Adds `event` to the session `session`.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - session: The session's name.
  ///   - inOrder: Whether the event is the session's newest, whatever its time says: then it gets the time of
  ///     the newest so far, if that is later. Else events of a session may come in any order of time.
  ///   - completion: Called on the writer's thread, in the order of the calls, when the event is
  ///     durable or has failed; never within this call. It must not block.
  public func record(
    _ event: StoredEvent, session: [UInt8], inOrder: Bool = false,
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    submit(.record(event, session: session, inOrder: inOrder, completion))
  }

  /// Finds the last `SessionStore.loadedEvents` events of `session`, in the order of time, equal
  /// times in the order in which they were recorded.
  ///
  /// Waits for what was asked for before and changes this session, and for nothing else. A deletion from
  /// every session that takes more than one step may or may not be seen before its `completion` is called.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - mayOvertake: Whether a record that is asked for after this may be seen, too: else this waits its turn.
  ///   - completion: Called on another thread.
  public func load(
    _ session: [UInt8], mayOvertake: Bool = false,
    completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) {
    let job = Job.load(session: session, limit: Self.loadedEvents, completion)
    let isFree = queue.withLock { queue in
      mayOvertake && !queue.isClosed && queue.changingAll == 0 && queue.changing[session] == nil
    }
    if !isFree { return submit(job) }
    reader.async { [self] in
      let events = try? connection.reader.read {
        try Job.select(session: session, limit: Self.loadedEvents, $0)
      }
      // What is wrong with the database is told by the writer, which can mend it.
      if let events { completion(.success(events)) } else { submit(job) }
    }
  }

  /// Finds the last `limit` events of `session`, newest first.
  public func history(
    _ session: [UInt8], limit: Int,
    completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) {
    submit(.load(session: session, limit: limit) { completion($0.map { $0.reversed() }) })
  }

  /// Deletes events, from the database and its log, in steps between which others are served.
  ///
  /// - Parameters:
  ///   - deletion: Which.
  ///   - completion: Called on the writer's thread when the deletion is durable or has failed.
  public func forget(
    _ deletion: Deletion,
    completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    forget(ForgetStep(deletion), Deletion.Outcome(), completion)
  }

  private func forget(
    _ step: ForgetStep, _ sum: Deletion.Outcome,
    _ completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    submit(
      .forget(step) { [weak self] result in
        switch result {
        case .failure(let error):
          self?.end(step)
          completion(.failure(error))
        case .success(let (outcome, next)):
          var sum = sum
          sum.count += outcome.count
          sum.queries.formUnion(outcome.queries)
          if let next, let self {
            self.forget(next, sum, completion)
          } else {
            completion(.success(sum))
            self?.end(step)
          }
        }
      })
  }

  /// Has done what waited for the end of the deletion of `step`.
  private func end(_ step: ForgetStep) {
    guard let progress = step.progress else { return }
    unfinished.withLock { $0.removeAll { $0 === progress } }
    for read in progress.takeWaiting() { submit(read) }
  }

  /// Deletes the events of all sessions that are older than that of `cutoff`, in steps between which others
  /// are served.
  ///
  /// - Parameters:
  ///   - cutoff: The oldest event that stays, or a time (`EventKey.start`).
  ///   - completion: Called on the writer's thread with the number of deleted events when all are
  ///     gone, or with the first failure.
  public func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    expire(ExpiryStep(cutoff: cutoff), count: 0, completion)
  }

  private func expire(
    _ step: ExpiryStep, count: Int,
    _ completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    submit(
      .expire(step) { [weak self] result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let outcome):
          let count = count + outcome.count
          if let next = outcome.next, let self {
            self.expire(next, count: count, completion)
          } else {
            completion(.success(count))
          }
        }
      })
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
  /// Waits for the group of jobs that is being done, and not for those behind it: a change of rules is in the
  /// answer if its `completion` was called. For a start, not for an event loop.
  public func rules() throws(SessionStoreError) -> [StoredRule] {
    if queue.withLock({ $0.isClosed }) { throw .closed }
    return try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in try Job.rules(db) }
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
    // First: who closes the file last removes its log, which a reader may not.
    reader.sync { try? connection.reader.close() }
    writer.sync {
      drain()
      // A file that was moved away belongs to whoever moved it.
      if (try? connection.check()) != nil {
        connection.queue.inDatabase { db in _ = try? db.checkpoint(.truncate) }
      }
      try? connection.queue.close()
    }
    file.release()
  }

  /// Does what is owed to the files, when the writer comes to it.
  public func maintain() {
    writer.async { [self] in
      guard !queue.withLock({ $0.isClosed }), (try? connection.check()) != nil else { return }
      connection.queue.inDatabase { db in
        truncateIfOwed(db)
        copyLog(db, atLeast: 1)
      }
    }
  }

  func submit(_ job: Job) {
    let (isClosed, mustSchedule) = queue.withLock { queue in
      if queue.isClosed { return (true, false) }
      queue.jobs.append(job)
      queue.note(job, 1)
      defer { queue.isScheduled = true }
      return (false, !queue.isScheduled)
    }
    if isClosed {
      // Not within this call: the caller may hold a lock that its callback takes.
      DispatchQueue.global().async { job.fail(.closed) }
    } else if mustSchedule {
      writer.async { self.drain() }
    }
  }

  /// Does all that was asked for, group by group.
  private func drain() {
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
      perform(group)
      queue.withLock { queue in
        for job in group { queue.note(job, -1) }
      }
    }
  }

  private func perform(_ group: [Job]) {
    var changes = Job.Changes()
    changes.unfinished = unfinished.withLock { $0 }
    do {
      try renewConnection()
      let writes = group.contains(where: \.writes)
      if writes || group.contains(where: \.isBetweenGroups) { try connection.check() }
      try connection.queue.inDatabase { db in
        if writes {
          try db.inTransaction(.immediate) {
            for job in group { try job.run(db, &changes) }
            if changes.deleted { try Deletion.overwriteWorkspace(of: db) }
            return .commit
          }
        } else {
          for job in group { try job.run(db, &changes) }
        }
      }
    } catch {
      fail(group, SessionStoreError(error, path: path))
      return
    }
    counts.withLock { counts in
      counts.sessions += changes.sessions
      counts.events += changes.events
    }
    unfinished.withLock { $0 = changes.unfinished }
    connection.queue.inDatabase { db in
      // A statement keeps what was last bound to it, and the reader the pages that it read.
      if changes.deleted {
        db.releaseMemory()
        connection.reader.releaseMemory()
      }
      upkeep.withLock { upkeep in
        upkeep.eventsInLog += changes.written
        if changes.deleted { upkeep.owesTruncation = true }
      }
      truncateIfOwed(db)
      for finish in changes.completions { finish() }
      let isIdle = queue.withLock { $0.jobs.isEmpty }
      copyLog(db, atLeast: isIdle ? Self.idleCheckpointEvents : Self.forcedCheckpointEvents)
    }
  }

  private func fail(_ group: [Job], _ error: SessionStoreError) {
    if error.isOfConnection { upkeep.withLock { $0.needsConnection = true } }
    connection.queue.inDatabase { db in
      var changes = Job.Changes()
      for job in group {
        // A disk that takes no more records can still be read.
        if job.writes || job.isBetweenGroups || (try? job.run(db, &changes)) == nil {
          job.fail(error)
        }
      }
    }
  }

  /// Tries another connection if the last one failed.
  private func renewConnection() throws(SessionStoreError) {
    guard upkeep.withLock({ $0.needsConnection }) else { return }
    let isAnother = try connection.reopen()
    upkeep.withLock { $0.needsConnection = false }
    guard isAnother else { return }
    let fresh = try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in try Job.count(db) }
    }
    counts.withLock { $0 = fresh }
    replaced.withLock { $0 }()
  }

  /// Empties the log of what was deleted. Another process that reads can hold this up; it is then tried after
  /// the next group and by `maintain`.
  private func truncateIfOwed(_ db: Database) {
    guard upkeep.withLock({ $0.owesTruncation }), (try? db.checkpoint(.truncate)) != nil else {
      return
    }
    upkeep.withLock { upkeep in
      upkeep.eventsInLog = 0
      upkeep.owesTruncation = false
    }
  }

  /// Copies the log into the database if it holds so many events.
  private func copyLog(_ db: Database, atLeast events: Int) {
    guard upkeep.withLock({ $0.eventsInLog }) >= events else { return }
    _ = try? db.checkpoint(.passive)
    upkeep.withLock { $0.eventsInLog = 0 }
  }
}
