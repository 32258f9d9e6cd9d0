// The sessions' events in SQLite: a queue of jobs, and one writer that commits them in groups.
//
//     let store = try SessionStore(path: "sessions.sqlite")
//     store.record(event, session: name) { result in … }    // called when the event is durable
//     store.load(name) { result in … }                      // sees every record asked for before
//     store.close()
//
// One connection does all jobs in the order in which they were asked for. So a load sees every
// record and every deletion that was asked for before it, committed or not. While one group is
// being synced to disk, the next one gathers: under load one sync serves many records, and a lone
// record does not wait for others. Deletions and retention go in steps, between which other jobs
// have their turn.
//
// A load waits for none of that if no change of its session is under way: then a second connection
// reads, which does not wait for the writer, a sync or a copying of the log.
//
// The write-ahead log is copied into the database when no job waits: after a group's callbacks, or
// in `maintain`, which the owner calls now and then. Only a deletion waits for it. After a failure
// that the connection may have caused, the next group tries another connection, so no restart is
// needed.
//
// Invariant: a record's callback is called with success only when the record would survive a crash
// of the machine. If a group cannot be committed, every record of it fails.
// Cost: a lone record takes one sync of the disk; in a group of thousands each takes about 10 µs.

internal import Dispatch
internal import GRDB
internal import QACBinary
internal import Synchronization

/// Durable events of sessions in one SQLite database.
public final class SessionStore: Sendable {
  /// How many events `load` brings: as many as the engine's context holds, as a test checks.
  public static let loadedEvents = 256

  /// About the most events of one transaction: bounds how long the first of them waits.
  static let groupLimit = 4096
  /// The write-ahead log is copied into the database after this many written events, once no job
  /// waits.
  static let idleCheckpointEvents = 2_000
  /// After this many written events the log is copied even if jobs wait: bounds the log's size.
  static let forcedCheckpointEvents = 50_000

  /// A database of at most so many pages is written anew after a deletion: 8 MiB, some 20 ms.
  static let rewrittenPages = 2048

  /// The database's path.
  public let path: String

  /// Sends changes to a log, and applies what comes from there; nil if the database is all there is.
  let follower: LogFollower?

  private let file: DatabaseFile
  let connection: StoreConnection
  let writer: WriterThread
  private let reader = DispatchQueue(label: "qacd.sessions.reads", qos: .userInitiated)
  let searches = SearchIndexes()
  let replaced: Mutex<@Sendable () -> Void> = Mutex({})
  let queue = Mutex(JobQueue())
  let counts: Mutex<SessionStatistics>
  let upkeep = Mutex(Upkeep())
  /// The numbers of sessions that were recorded to; the writer's alone.
  let numbers = Mutex(SessionNumbers())
  /// Deletions that have begun and are not done.
  let unfinished = Mutex<[ForgetStep.Progress]>([])

  /// Opens the database at `path`, makes it if it is missing, and migrates an older schema.
  ///
  /// - Parameters:
  ///   - path: The database file; it gets mode 0600, and a missing directory is made with 0700.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  ///   - following: The log that the database is a cache of; nil if the database is all there is.
  /// - Throws: `SessionStoreError`; the file is then as it was.
  /// - Complexity: O(events), to count them.
  public convenience init(
    path: String, busySeconds: Double = 2, following: LogFollowing? = nil
  ) throws(SessionStoreError) {
    try self.init(
      path: path, busySeconds: busySeconds, maximumPages: nil, following: following)
  }

  /// Opens as above; `maximumPages` bounds the file, for tests of a full disk.
  init(
    path: String, busySeconds: Double, maximumPages: Int?, following: LogFollowing? = nil
  ) throws(SessionStoreError) {
    self.path = path
    follower = following.map { LogFollower($0) }
    let file = try DatabaseFile(path: path)
    self.file = file
    let connection = try StoreConnection(
      path: path, busySeconds: busySeconds, maximumPages: maximumPages)
    self.connection = connection
    counts = Mutex(
      try SessionStoreError.translating(path: path) {
        try connection.queue.inDatabase { db in try Job.count(db) }
      })
    guard let writer = WriterThread() else { throw WriterThread.failure(path) }
    self.writer = writer
    try prepareLog()
  }

  /// Registers `body` to be called on the writer's thread when another database has replaced the
  /// one that was open. What the caller remembers of the old one is then wrong.
  public func whenReplaced(_ body: @escaping @Sendable () -> Void) {
    replaced.withLock { $0 = body }
  }

  /// Adds `event` to the session `session`.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - session: The session's name.
  ///   - inOrder: Whether the event counts as the session's newest, whatever its time is: if the
  ///     newest query so far is later, the event gets its time. If false, events may come in any
  ///     order of time.
  ///   - completion: Called on the writer's thread, in the order of the calls, when the event is
  ///     durable or has failed; never during this call. It must not block. It is given the event's
  ///     key.
  public func record(
    _ event: StoredEvent, session: [UInt8], inOrder: Bool = false,
    completion: @escaping @Sendable (Result<EventKey, SessionStoreError>) -> Void
  ) {
    if let follower {
      return follower.isLocal
        ? queue(event, session: session, inOrder: inOrder, follower, completion)
        : follower.record(event, session: session, inOrder: inOrder, completion)
    }
    submit(.record(event, session: session, inOrder: inOrder, completion))
  }

  /// Finds the last `SessionStore.loadedEvents` queries of `session`, in the order of time; equal
  /// times are in the order in which they were recorded.
  ///
  /// It waits only for earlier jobs that change this session. A deletion from all sessions that
  /// takes more than one step may or may not be seen before its `completion` is called.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - mayOvertake: Whether the load may also see records that are asked for after it; else it
  ///     waits its turn.
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
      wipeStack()
      // After a failure the writer tries: it can open another connection, and it reports the error.
      if let events { completion(.success(events)) } else { submit(job) }
    }
  }

  /// Finds the last `limit` queries of `session`, newest first.
  public func history(
    _ session: [UInt8], limit: Int,
    completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) {
    submit(.load(session: session, limit: limit) { completion($0.map { $0.reversed() }) })
  }

  /// Adds and removes rules. Adding a block rule that is there, or removing a rule that is not,
  /// does nothing; of a pin or a boost the newest counts.
  ///
  /// - Parameters:
  ///   - added: Rules to add.
  ///   - removed: Rules to remove, before the others are added.
  ///   - completion: Called on the writer's thread when the change is durable or has failed.
  public func changeRules(
    add added: [StoredRule], remove removed: [StoredRule],
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    if let follower {
      return follower.change(.rules(add: added, remove: removed), completion)
    }
    submit(.changeRules(add: added, remove: removed, completion))
  }

  /// The rules: block rules in an order that depends only on them, then pins and boosts in the
  /// order in which they were added.
  ///
  /// Waits for the group of jobs that is being done, not for later ones: a change of rules is in
  /// the answer if its `completion` was called. Blocks, so it is not for event loops.
  public func rules() throws(SessionStoreError) -> [StoredRule] {
    if queue.withLock({ $0.isClosed }) { throw .closed }
    return try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in try StoredRule.all(db) }
    }
  }

  /// Changes the stored items, in one transaction.
  ///
  /// - Parameters:
  ///   - items: Items to store, each in the place of one with the same id.
  ///   - ids: Ids of items to delete before that.
  ///   - completion: Called on the writer's thread when the change is durable or has failed.
  public func changeItems(
    put items: [StoredItem], delete ids: [[UInt8]],
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    if let follower { return follower.change(.items(put: items, delete: ids), completion) }
    submit(.changeItems(put: items, delete: ids, completion))
  }

  /// The stored items, ascending by id.
  ///
  /// Waits and sees as `rules` does. Blocks, so it is not for event loops.
  public func items() throws(SessionStoreError) -> [StoredItem] {
    if queue.withLock({ $0.isClosed }) { throw .closed }
    return try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in try StoredItem.all(db) }
    }
  }

  /// What the database holds, as of the last group.
  public var statistics: SessionStatistics { counts.withLock { $0 } }

  /// Finishes all jobs, copies the log into the database, and closes it. Blocks until all is done.
  ///
  /// Later jobs fail with `.closed`.
  public func close() {
    let wasClosed = queue.withLock { queue in
      defer { queue.isClosed = true }
      return queue.isClosed
    }
    guard !wasClosed else { return }
    follower?.stop()
    // The reader closes first: the last connection to close removes the log, which a reader cannot
    // do.
    reader.sync { try? connection.reader.close() }
    searches.dropAll()
    writer.sync { [self] in
      drain()
      // A file that was moved away is not touched any more.
      if (try? connection.check()) != nil {
        connection.queue.inDatabase { db in _ = try? db.checkpoint(.truncate) }
      }
      try? connection.queue.close()
    }
    file.release()
  }

  /// Copies and empties the log as far as that is due, when the writer comes to it; gives memory
  /// back that searches no longer need.
  public func maintain() {
    searches.dropIdle()
    writer.async { [self] in
      guard !queue.withLock({ $0.isClosed }), (try? connection.check()) != nil else { return }
      connection.queue.inDatabase { db in
        truncateIfOwed(db)
        copyLog(db, atLeast: 1)
      }
    }
  }
}
