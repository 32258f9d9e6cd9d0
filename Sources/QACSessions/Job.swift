// One job of the writer, and the callback that tells its end.
//
// Invariant: each job's callback is called exactly once: after the commit by `Changes.completions`,
// for a load by `run`, or by `fail`. If a load was answered, a later `fail` does nothing (`Once`).

internal import Foundation
internal import GRDB
internal import Synchronization

/// A unit of work of the writer. An event is boxed, since jobs are copied from list to list.
enum Job: Sendable {
  indirect case record(
    StoredEvent, session: [UInt8], inOrder: Bool,
    @Sendable (Result<EventKey, SessionStoreError>) -> Void)
  case end(
    OutcomeChange, @Sendable (Result<StoredEvent?, SessionStoreError>) -> Void)
  case read(
    session: [UInt8], limit: Int, Once<Result<[StoredEvent], SessionStoreError>>)
  case add(
    [ImportedEvent], session: [UInt8], @Sendable (Result<[Int], SessionStoreError>) -> Void)
  /// A page of events: those of `session` after a time and number.
  case page(
    session: [UInt8], after: EventKey, limit: Int,
    Once<Result<[(EventKey, StoredEvent)], SessionStoreError>>)
  /// Starts a search when what was asked for before it is committed.
  case search(
    session: [UInt8], start: @Sendable () -> Void, failure: @Sendable (SessionStoreError) -> Void)
  case forget(
    ForgetStep,
    @Sendable (Result<(outcome: Deletion.Outcome, next: ForgetStep?), SessionStoreError>) -> Void)
  case expire(
    ExpiryStep, @Sendable (Result<(count: Int, next: ExpiryStep?), SessionStoreError>) -> Void)
  case changeRules(
    add: [StoredRule], remove: [StoredRule], @Sendable (Result<Void, SessionStoreError>) -> Void)
  case changeItems(
    put: [StoredItem], delete: [[UInt8]], @Sendable (Result<Void, SessionStoreError>) -> Void)
  /// Entries of a log.
  case apply(
    LogApplication, @Sendable (Result<[AppliedChange], SessionStoreError>) -> Void)
  /// Work on the queue of a replica, which calls back by `Changes.then`.
  case queue(
    writes: Bool, @Sendable (Database, inout Changes) throws -> Void,
    failure: @Sendable (SessionStoreError) -> Void)
  /// Work between two groups, so that every record is before it or after it.
  case between(@Sendable () throws -> Void, failure: @Sendable (SessionStoreError) -> Void)

  /// A callback that is called at most once.
  final class Once<Value: Sendable>: Sendable {
    private let body: Mutex<(@Sendable (Value) -> Void)?>

    init(_ body: @escaping @Sendable (Value) -> Void) {
      self.body = Mutex(body)
    }

    func call(_ value: Value) {
      let body = self.body.withLock { body in
        defer { body = nil }
        return body
      }
      body?(value)
    }
  }

  /// A job that loads the last `limit` events of `session`, in the order of time.
  static func load(
    session: [UInt8], limit: Int,
    _ completion: @escaping @Sendable (Result<[StoredEvent], SessionStoreError>) -> Void
  ) -> Job {
    .read(session: session, limit: limit, Once(completion))
  }

  /// What a group of jobs did.
  struct Changes {
    /// By how many the sessions have grown.
    var sessions = 0
    /// By how many the submitted queries have grown.
    var events = 0
    /// By how many the examples have grown.
    var examples = 0
    /// How many events were written or deleted.
    var written = 0
    /// Whether anything was deleted.
    var deleted = false
    /// Whether a deletion that somebody asked for, and that found something, has come to its end.
    var forgot = false
    /// Deletions that have begun and are not done; they note what is recorded meanwhile.
    var unfinished: [ForgetStep.Progress] = []
    /// The sessions whose searches follow what is changed.
    var searched: Set<[UInt8]> = []
    /// What changed of these sessions, in order.
    var searchChanges: [(session: [UInt8], change: SearchChange)] = []
    /// The numbers of sessions that were recorded to.
    var numbers = SessionNumbers()
    /// The statements that add events, once an event was added.
    var inserting: EventInsertion?
    /// The callbacks to call when the group is durable.
    var completions: [Completion] = []

    /// A callback.
    struct Completion {
      /// Whether it tells the end of a deletion, which is told when searches know it, too.
      var ofDeletion = false
      let call: @Sendable () -> Void
    }

    /// Calls `body` when the group is durable.
    mutating func then(_ body: @escaping @Sendable () -> Void) {
      completions.append(Completion(call: body))
    }

    /// Notes that `count` events were deleted, of which `examples` were no queries.
    mutating func note(deleted count: Int, examples: Int) {
      events -= count - examples
      self.examples -= examples
      written += count
      if count > 0 { deleted = true }
    }
  }

  /// Whether the job may change the database.
  var writes: Bool {
    switch self {
    case .read, .page, .search, .between: return false
    case .record, .end, .add, .forget, .expire, .changeRules, .changeItems, .apply: return true
    case .queue(let writes, _, _): return writes
    }
  }

  /// Whether the job changes the events of one session or of all; retention does not count.
  var changesSessions: Bool {
    switch self {
    case .record, .end, .add, .forget, .apply: return true
    case .read, .page, .search, .expire, .changeRules, .changeItems, .queue, .between: return false
    }
  }

  /// How many jobs of one event it counts for.
  var weight: Int {
    switch self {
    case .add(let events, _, _): return max(1, events.count)
    case .apply(let batch, _): return max(1, batch.entries.count)
    default: return 1
    }
  }

  /// Whether the job is the first step of a deletion.
  var isFirstStep: Bool {
    if case .forget(let step, _) = self { return step.progress == nil }
    return false
  }

  /// Whether the job is done alone, not in a group.
  var isBetweenGroups: Bool {
    if case .between = self { return true }
    return false
  }

  /// Tells the caller that the job failed and changed nothing.
  func fail(_ error: SessionStoreError) {
    switch self {
    case .record(_, _, _, let completion): completion(.failure(error))
    case .end(_, let completion): completion(.failure(error))
    case .read(_, _, let once): once.call(.failure(error))
    case .add(_, _, let completion): completion(.failure(error))
    case .page(_, _, _, let once): once.call(.failure(error))
    case .search(_, _, let failure): failure(error)
    case .forget(_, let completion): completion(.failure(error))
    case .expire(_, let completion): completion(.failure(error))
    case .changeRules(_, _, let completion): completion(.failure(error))
    case .changeItems(_, _, let completion): completion(.failure(error))
    case .apply(_, let completion): completion(.failure(error))
    case .queue(_, _, let failure): failure(error)
    case .between(_, let failure): failure(error)
    }
  }

  /// Does the job in the group's transaction.
  func run(_ db: Database, _ changes: inout Changes) throws {
    switch self {
    case .record(let event, let session, let inOrder, let completion):
      let key = try Self.insert(event, session: session, inOrder: inOrder, db, &changes)
      changes.then { completion(.success(key)) }
    case .end(let change, let completion):
      let event = try change.run(db, &changes)
      changes.then { completion(.success(event)) }
    case .read(let session, let limit, let once):
      if let progress = changes.unfinished.last(where: { $0.session == session }) {
        return progress.putOff(self)
      }
      // Answered at once, before the group's commit: the caller's memory holds the uncommitted
      // records, too.
      once.call(.success(try Self.select(session: session, limit: limit, db)))
    case .add(let events, let session, let completion):
      let added = try EventImport(events: events, session: session).run(db, &changes)
      changes.then { completion(.success(added)) }
    case .page(let session, let key, let limit, let once):
      if let progress = changes.unfinished.last(where: { $0.session == session }) {
        return progress.putOff(self)
      }
      once.call(.success(try Self.page(of: session, after: key, limit: limit, db)))
    case .search(let session, let start, _):
      if let progress = changes.unfinished.last(where: { $0.session == session }) {
        return progress.putOff(self)
      }
      changes.then(start)
    case .forget(let step, let completion):
      let outcome = try step.run(db, &changes)
      changes.completions.append(.init(ofDeletion: true) { completion(.success(outcome)) })
    case .expire(let step, let completion):
      let outcome = try step.run(db, &changes)
      changes.completions.append(.init(ofDeletion: true) { completion(.success(outcome)) })
    case .changeRules(let added, let removed, let completion):
      for rule in removed { try rule.delete(db) }
      for rule in added { try rule.insert(db) }
      changes.then { completion(.success(())) }
    case .changeItems(let items, let ids, let completion):
      for id in ids { try StoredItem.delete(id, db) }
      for item in items { try item.put(db) }
      changes.then { completion(.success(())) }
    case .apply(let batch, let completion):
      let applied = try batch.run(db, &changes)
      changes.completions.append(.init(ofDeletion: true) { completion(.success(applied)) })
    case .queue(_, let body, _):
      try body(db, &changes)
    case .between(let body, _):
      try body()
    }
  }

  /// The session that the job reads or changes; nil if there is not exactly one.
  var session: [UInt8]? {
    switch self {
    case .record(_, let session, _, _), .read(let session, _, _), .add(_, let session, _),
      .page(let session, _, _, _), .search(let session, _, _):
      return session
    case .end(let change, _): return change.session
    case .forget(let step, _): return step.deletion.session
    case .expire, .changeRules, .changeItems, .apply, .queue, .between: return nil
    }
  }

  /// Counts what the database holds.
  static func count(_ db: Database) throws -> SessionStatistics {
    let row = try Row.fetchOne(db, sql: "SELECT count(*), count(item) FROM event")
    let (all, examples): (Int, Int) = (row?[0] ?? 0, row?[1] ?? 0)
    return SessionStatistics(
      sessions: try Int.fetchOne(db, sql: "SELECT count(*) FROM session") ?? 0,
      events: all - examples, examples: examples)
  }

  static func sessionID(_ name: [UInt8], _ db: Database) throws -> Int64? {
    let statement = try DirectStatement("SELECT id FROM session WHERE name = ?", db)
    try statement.bind(name, at: 1)
    return try statement.firstInteger()
  }

  /// The last `limit` queries of the session, in the order of time.
  static func select(
    session name: [UInt8], limit: Int, _ db: Database
  ) throws -> [StoredEvent] {
    guard let session = try sessionID(name, db) else { return [] }
    let statement = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, form, \(StoredCircumstances.columns)
        FROM event INDEXED BY event_query
        WHERE session = ? AND item IS NULL
        ORDER BY at DESC, sequence DESC LIMIT ?
        """)
    var events: [StoredEvent] = []
    let rows = try Row.fetchCursor(statement, arguments: [session, max(0, limit)])
    while let row = try rows.next() { events.append(try event(row)) }
    events.reverse()
    return events
  }

  /// Reads the columns query, normalized, at and form, and behind them those of
  /// `StoredCircumstances` if there are any.
  static func event(_ row: Row, hasCircumstances: Bool = true) throws -> StoredEvent {
    let query = [UInt8](try row.decode(Data.self, atIndex: 0))
    let normalized = try row.decode(Data?.self, atIndex: 1).map { [UInt8]($0) }
    return StoredEvent(
      query: query, normalized: normalized ?? query, form: try row.decode(Int64.self, atIndex: 3),
      time: try row.decode(Int64.self, atIndex: 2),
      circumstances: hasCircumstances ? try StoredCircumstances(row, from: 4) : .init())
  }
}
