// The ordered log of changes that several daemons share: what an implementation must do.
//
// Each daemon is a replica: it appends its changes to the log, and applies every entry, in the order
// of their numbers, to a database of its own. So replicas that have applied the same numbers hold
// the same. An embedded daemon has no log, and its database is all there is.
//
// Invariant: numbers grow by the order of commit, so a reader that has seen number n never sees a
// smaller one appear later. Numbers of erased entries are missing.
// Cost: every method may wait for a network, up to a deadline of the implementation. None is called
// on an event loop.

/// What a log is, and how far it goes.
public struct LogHead: Sendable, Equatable {
  /// Tells this log from every other one; made at random when the log is made.
  public var log: [UInt8]
  /// The greatest number so far; 0 if there is none.
  public var number: Int64

  /// Makes a head.
  public init(log: [UInt8], number: Int64) {
    self.log = log
    self.number = number
  }
}

/// An ordered, durable log of changes. Used from several threads.
public protocol EventLog: Sendable {
  /// Appends entries with consecutive numbers, all or none; returns when they are durable.
  ///
  /// A draft that `isNewest` gets the time of its session's newest record if that is later.
  func append(_ drafts: [LogDraft]) throws(SessionStoreError)

  /// Appends changes that a replica had acknowledged before, in one transaction, and each only once,
  /// however often it is asked to.
  ///
  /// Those up to the greatest `last` of an earlier call are left out, because they were dealt with.
  /// So are those that a deletion may cover which was made without them (`LogErasure.left(of:)`).
  ///
  /// - Parameters:
  ///   - changes: Changes, ascending by their sequence.
  ///   - origin: Whose sequence it is.
  ///   - last: Nothing of `origin` up to this sequence is appended by a later call.
  /// - Returns: How many a deletion may cover.
  /// - Throws: `SessionStoreError`; with `logInDoubt` it may be done.
  func append(
    _ changes: [QueuedChange], origin: [UInt8], last: Int64
  ) throws(SessionStoreError) -> Int

  /// Whether any replica has ever acknowledged changes before they were in the log.
  func hasQueues() throws(SessionStoreError) -> Bool

  /// Finds the next entries after `number`, ascending, at most `limit`.
  func entries(after number: Int64, limit: Int) throws(SessionStoreError) -> [LogEntry]

  /// Waits until there may be entries after `number`, or for about `seconds`.
  func wait(after number: Int64, seconds: Double) throws(SessionStoreError)

  /// The log's identity and its last number.
  func head() throws(SessionStoreError) -> LogHead

  /// Erases entries for good, and appends entries that name their numbers, in one transaction.
  ///
  /// - Parameters:
  ///   - erasure: Which entries. No matching entry that was durable before is left.
  ///   - ticket: The ticket of the last appended entry; the others have `-ticket`.
  /// - Returns: Whether anything was appended: if no record is erased nothing is, unless there is a
  ///   barrier.
  /// - Throws: `SessionStoreError`; nothing is erased then, except with `logInDoubt`.
  func erase(_ erasure: LogErasure, ticket: Int64) throws(SessionStoreError) -> Bool

  /// Erases what was recorded before `time`, in unix seconds; replicas do so by themselves.
  func expire(before time: Int64) throws(SessionStoreError)

  /// Says that `replica` has carried out all entries up to `applied`, and lives for `seconds` more.
  func renew(
    _ replica: String, applied: Int64, seconds: Double
  ) throws(SessionStoreError)

  /// Ends the life of `replica`.
  func leave(_ replica: String) throws(SessionStoreError)

  /// The names of the living replicas that have not carried out all entries up to `number`.
  func outstanding(_ number: Int64) throws(SessionStoreError) -> [String]

  /// Lets go of connections that are not in use; they are made again when they are needed.
  func release()
}

/// Which entries to erase.
public struct LogErasure: Sendable {
  /// About the most numbers of one entry that names erased ones.
  public static let numbersPerEntry = 2_000

  /// The session's name; nil for every session.
  public var session: [UInt8]?
  /// Unix seconds, both ends included.
  public var times: ClosedRange<Int64>
  /// Whether to erase an event; nil for all of them.
  public var matches: (@Sendable (StoredEvent) -> Bool)?
  /// The number of the entry by which every living replica has emptied its queue; nil if there are
  /// no queues.
  public var barrier: Int64?

  /// Makes an erasure.
  public init(
    session: [UInt8]?, times: ClosedRange<Int64>,
    matches: (@Sendable (StoredEvent) -> Bool)?, barrier: Int64? = nil
  ) {
    self.session = session
    self.times = times
    self.matches = matches
    self.barrier = barrier
  }

  /// Whether `entry` is to be erased.
  ///
  /// - Parameters:
  ///   - entry: An entry; entries are asked about in the order of their numbers.
  ///   - erased: The numbers and tickets of what is to be erased so far; this adds to them.
  /// - Returns: Whether it is.
  public func covers(_ entry: LogEntry, erased: inout Set<Int64>) -> Bool {
    guard let name = entry.session, session == nil || session == name else { return false }
    let isCovered =
      switch try? LogChange(entry) {
      case .record(let event, _), .add(let event, _, _, _):
        times.contains(event.time) && matches?(event) ?? true
      case .end(_, _, let sequence, _): erased.contains(sequence)
      case .rules, .items, .forget, .flush, nil: false
      }
    if isCovered {
      erased.insert(entry.number)
      if QueuedChange.isTicket(entry.ticket) { erased.insert(entry.ticket) }
    }
    return isCovered
  }

  /// The entries that name `numbers`, ascending; at least one if there is a barrier.
  ///
  /// - Parameters:
  ///   - numbers: The numbers of the erased entries.
  ///   - ticket: The ticket of the last one; the others have `-ticket`.
  /// - Returns: The entries to append.
  public func drafts(naming numbers: [Int64], ticket: Int64) -> [LogDraft] {
    let count = barrier == nil ? numbers.count : max(1, numbers.count)
    return stride(from: 0, to: count, by: Self.numbersPerEntry).map { start in
      let end = min(start + Self.numbersPerEntry, numbers.count)
      let forgetting = LogForgetting(
        numbers: Array(numbers[start..<end]), times: times, isOfAllSessions: session == nil,
        isOfAllQueries: matches == nil, barrier: barrier ?? 0)
      return LogDraft(.forget(forgetting), ticket: end < numbers.count ? -ticket : ticket)
    }
  }

  /// Leaves out of `changes` what the deletions of `entries` may cover.
  ///
  /// A deletion does not say in the log whose queries it meant. So all changes within its times are
  /// left out that were queued before the replica came to the deletion's barrier: the replica was
  /// not there when every living one emptied its queue. What a living replica had queued by then is
  /// in the log before the deletion, which erases there what it means and nothing else.
  ///
  /// - Parameters:
  ///   - changes: Changes of one queue.
  ///   - entries: All entries of deletions behind the least position of `changes`.
  /// - Returns: The others, in their order.
  public static func left(of changes: [QueuedChange], by entries: [LogEntry]) -> [QueuedChange] {
    let deletions = entries.compactMap { entry -> (times: ClosedRange<Int64>, before: Int64)? in
      guard case .forget(let forgetting)? = try? LogChange(entry) else { return nil }
      return (forgetting.times, forgetting.barrier == 0 ? entry.number : forgetting.barrier)
    }
    return changes.filter { change in
      !deletions.contains { change.position < $0.before && $0.times.contains(change.draft.time) }
    }
  }
}
