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

  func erase(_ erasure: LogErasure, ticket: Int64) throws(SessionStoreError) -> Int {
    try reach { state in
      var erased: [Int64] = []
      var count = 0
      for entry in state.entries where erasure.covers(entry, erased: Set(erased)) {
        erased.append(entry.number)
        if entry.kind != 3 { count += 1 }
      }
      if count == 0 { return 0 }
      state.entries.removeAll { erased.contains($0.number) }
      let changes = erasure.changes(of: erased)
      let drafts = changes.enumerated().map { i, change in
        LogDraft(change, ticket: i == changes.count - 1 ? ticket : 0)
      }
      Self.append(drafts, to: &state)
      return count
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
}
