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
  ///   - ticket: The ticket of the last appended entry.
  /// - Returns: How many records were erased; with 0 nothing is appended.
  /// - Throws: `SessionStoreError`; nothing is erased then, except with `logInDoubt`.
  func erase(_ erasure: LogErasure, ticket: Int64) throws(SessionStoreError) -> Int

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

  /// Makes an erasure.
  public init(
    session: [UInt8]?, times: ClosedRange<Int64>,
    matches: (@Sendable (StoredEvent) -> Bool)?
  ) {
    self.session = session
    self.times = times
    self.matches = matches
  }

  /// Whether `entry` is to be erased.
  ///
  /// - Parameters:
  ///   - entry: An entry; entries are asked about in the order of their numbers.
  ///   - erased: The numbers that are to be erased so far.
  /// - Returns: Whether it is.
  public func covers(_ entry: LogEntry, erased: Set<Int64>) -> Bool {
    guard let name = entry.session, session == nil || session == name else { return false }
    switch try? LogChange(entry) {
    case .record(let event, _), .add(let event, _, _, _):
      return times.contains(event.time) && matches?(event) ?? true
    case .end(_, _, let sequence, _):
      return erased.contains(sequence)
    case .rules, .items, .forget, nil:
      return false
    }
  }

  /// The changes that name `numbers`, ascending.
  public func changes(of numbers: [Int64]) -> [LogChange] {
    stride(from: 0, to: numbers.count, by: Self.numbersPerEntry).map { start in
      .forget(
        LogForgetting(
          numbers: Array(numbers[start..<min(start + Self.numbersPerEntry, numbers.count)]),
          times: times, isOfAllSessions: session == nil, isOfAllQueries: matches == nil))
    }
  }
}
