// A log of changes in memory, for tests: what a database server would do, and how it fails.

import QACSessions
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

final class MemoryEventLog: EventLog {
  private struct State {
    var entries: [LogEntry] = []
    var last: Int64 = 0
    var isAway = false
    /// Appends of queues whose answer is lost, though the log has them.
    var lostAnswers = 0
    /// For each queue, up to which sequence it was dealt with.
    var origins: [[UInt8]: Int64] = [:]
    /// When each replica's lease ends, and how far the replica is.
    var replicas: [String: (applied: Int64, ends: ContinuousClock.Instant)] = [:]
  }

  private let state = Mutex(State())
  private let name: [UInt8] = [1, 2, 3]

  /// Whether nothing reaches the log.
  var isAway: Bool {
    get { state.withLock { $0.isAway } }
    set { state.withLock { $0.isAway = newValue } }
  }

  /// How many of the next appends of queues lose their answers.
  var lostAnswers: Int {
    get { state.withLock { $0.lostAnswers } }
    set { state.withLock { $0.lostAnswers = newValue } }
  }

  /// How many queues the log has heard of.
  var queueCount: Int { state.withLock { $0.origins.count } }

  /// All entries, as bytes would lie on a disk.
  var entries: [LogEntry] { state.withLock { $0.entries } }

  private func reach<Value>(
    _ body: (inout sending State) -> sending Value
  ) throws(SessionStoreError) -> Value {
    let value = state.withLock { state -> Value? in
      state.isAway ? nil : body(&state)
    }
    guard let value else { throw .logUnavailable(reason: "it is away") }
    return value
  }

  private static func append(_ drafts: [LogDraft], to state: inout State) {
    for draft in drafts {
      var time = draft.time
      if draft.isNewest {
        for entry in state.entries where entry.session == draft.session && entry.kind == 1 {
          time = max(time, entry.time)
        }
      }
      state.last += 1
      state.entries.append(LogEntry(draft, number: state.last, time: time))
    }
  }

  func append(_ drafts: [LogDraft]) throws(SessionStoreError) {
    try reach { Self.append(drafts, to: &$0) }
  }

  func append(
    _ changes: [QueuedChange], origin: [UInt8], last: Int64
  ) throws(SessionStoreError) -> Int {
    let leftOut = try reach { state -> Int? in
      let new = changes.filter { $0.sequence > state.origins[origin, default: 0] }
      let left = LogErasure.left(
        of: new, by: state.entries.filter { entry in new.contains { $0.position < entry.number } })
      Self.append(left.map(\.draft), to: &state)
      state.origins[origin] = max(last, state.origins[origin, default: 0])
      if state.lostAnswers == 0 { return new.count - left.count }
      state.lostAnswers -= 1
      return nil
    }
    guard let leftOut else { throw .logInDoubt }
    return leftOut
  }

  func hasQueues() throws(SessionStoreError) -> Bool { try reach { !$0.origins.isEmpty } }

  func entries(after number: Int64, limit: Int) throws(SessionStoreError) -> [LogEntry] {
    try reach { state in Array(state.entries.filter { $0.number > number }.prefix(limit)) }
  }

  func wait(after number: Int64, seconds: Double) throws(SessionStoreError) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try reach({ $0.last > number }) { return }
      usleep(500)
    }
  }

  func head() throws(SessionStoreError) -> LogHead {
    LogHead(log: name, number: try reach { $0.last })
  }

  func erase(_ erasure: LogErasure, ticket: Int64) throws(SessionStoreError) -> Bool {
    try reach { state in
      var (erased, known): ([Int64], Set<Int64>) = ([], [])
      var hasRecords = false
      for entry in state.entries where erasure.covers(entry, erased: &known) {
        erased.append(entry.number)
        if entry.kind != 3 { hasRecords = true }
      }
      guard hasRecords || erasure.barrier != nil else { return false }
      state.entries.removeAll { erased.contains($0.number) }
      Self.append(erasure.drafts(naming: erased, ticket: ticket), to: &state)
      return true
    }
  }

  func expire(before time: Int64) throws(SessionStoreError) {
    try reach { state in state.entries.removeAll { $0.session != nil && $0.time < time } }
  }

  func renew(
    _ replica: String, applied: Int64, seconds: Double
  ) throws(SessionStoreError) {
    try reach { $0.replicas[replica] = (applied, .now + .seconds(seconds)) }
  }

  func leave(_ replica: String) throws(SessionStoreError) {
    try reach { $0.replicas[replica] = nil }
  }

  func outstanding(_ number: Int64) throws(SessionStoreError) -> [String] {
    try reach { state in
      state.replicas.filter { $0.value.ends > .now && $0.value.applied < number }.keys.sorted()
    }
  }

  func release() {}
}

/// A replica's way to a log, which may be cut.
final class LogLink: EventLog {
  private let log: MemoryEventLog
  private let state = Mutex((isCut: false, holdsQueue: false))

  init(_ log: MemoryEventLog) { self.log = log }

  /// Whether nothing reaches the log.
  var isCut: Bool {
    get { state.withLock { $0.isCut } }
    set { state.withLock { $0.isCut = newValue } }
  }

  /// Whether what is queued does not reach the log, and all else does.
  var holdsQueue: Bool {
    get { state.withLock { $0.holdsQueue } }
    set { state.withLock { $0.holdsQueue = newValue } }
  }

  private func reach() throws(SessionStoreError) -> MemoryEventLog {
    if isCut { throw .logUnavailable(reason: "the way to it is cut") }
    return log
  }

  func append(_ drafts: [LogDraft]) throws(SessionStoreError) { try reach().append(drafts) }

  func append(
    _ changes: [QueuedChange], origin: [UInt8], last: Int64
  ) throws(SessionStoreError) -> Int {
    if holdsQueue { throw .logUnavailable(reason: "the way to it is held up") }
    return try reach().append(changes, origin: origin, last: last)
  }

  func hasQueues() throws(SessionStoreError) -> Bool { try reach().hasQueues() }

  func entries(after number: Int64, limit: Int) throws(SessionStoreError) -> [LogEntry] {
    try reach().entries(after: number, limit: limit)
  }

  func wait(after number: Int64, seconds: Double) throws(SessionStoreError) {
    try reach().wait(after: number, seconds: min(seconds, 0.05))
  }

  func head() throws(SessionStoreError) -> LogHead { try reach().head() }

  func erase(_ erasure: LogErasure, ticket: Int64) throws(SessionStoreError) -> Bool {
    try reach().erase(erasure, ticket: ticket)
  }

  func expire(before time: Int64) throws(SessionStoreError) { try reach().expire(before: time) }

  func renew(_ replica: String, applied: Int64, seconds: Double) throws(SessionStoreError) {
    try reach().renew(replica, applied: applied, seconds: seconds)
  }

  func leave(_ replica: String) throws(SessionStoreError) { try reach().leave(replica) }

  func outstanding(_ number: Int64) throws(SessionStoreError) -> [String] {
    try reach().outstanding(number)
  }

  func release() {}
}
