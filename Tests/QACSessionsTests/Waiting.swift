// The store's calls as async functions, for tests.

@testable import QACSessions

extension SessionStore {
  @discardableResult
  func record(
    _ query: String, normalized: String? = nil, at time: Int64, use: StoredUse? = nil,
    known circumstances: StoredCircumstances = .init(), inOrder: Bool = false, _ session: String
  ) async throws -> EventKey {
    var event = StoredEvent(query, normalized: normalized, at: time)
    event.use = use
    event.circumstances = circumstances
    let recorded = event
    return try await withCheckedContinuation { continuation in
      record(recorded, session: Array(session.utf8), inOrder: inOrder) {
        continuation.resume(returning: $0)
      }
    }.get()
  }

  func changeItems(put items: [StoredItem], delete ids: [[UInt8]] = []) async throws {
    try await withCheckedContinuation { continuation in
      changeItems(put: items, delete: ids) { continuation.resume(returning: $0) }
    }.get()
  }

  func end(_ change: OutcomeChange) async throws -> StoredEvent? {
    try await withCheckedContinuation { continuation in
      end(change) { continuation.resume(returning: $0) }
    }.get()
  }

  func recent(after time: Int64) async throws -> [SessionEvent] {
    try await withCheckedContinuation { continuation in
      recent(after: time, limit: .max, began: {}) { continuation.resume(returning: $0) }
    }.get()
  }

  func load(_ session: String) async throws -> [StoredEvent] {
    try await withCheckedContinuation { continuation in
      load(Array(session.utf8)) { continuation.resume(returning: $0) }
    }.get()
  }

  func history(_ session: String, limit: Int) async throws -> [StoredEvent] {
    try await withCheckedContinuation { continuation in
      history(Array(session.utf8), limit: limit) { continuation.resume(returning: $0) }
    }.get()
  }

  func search(
    _ session: String, _ query: String = "", limit: Int = 100,
    after: HistorySearch.Position? = nil, at place: String? = nil
  ) async throws -> HistoryHits {
    let search = HistorySearch(
      session: Array(session.utf8), query: Array(query.utf8), limit: limit, after: after,
      place: place.map { Array($0.utf8) })
    return try await withCheckedContinuation { continuation in
      self.search(search) { continuation.resume(returning: $0) }
    }.get()
  }

  func add(_ events: [ImportedEvent], _ session: String) async throws -> [Int] {
    try await withCheckedContinuation { continuation in
      add(events, session: Array(session.utf8)) { continuation.resume(returning: $0) }
    }.get()
  }

  func forget(
    _ session: String?, query: String? = nil, times: ClosedRange<Int64> = Deletion.always
  ) async throws -> Int {
    var matches: (@Sendable (StoredEvent) -> Bool)?
    if let query { matches = { $0.query.elementsEqual(query.utf8) } }
    let deletion = Deletion(session: session.map { Array($0.utf8) }, times: times, matches: matches)
    return try await withCheckedContinuation { continuation in
      forget(deletion) { continuation.resume(returning: $0) }
    }.get().count
  }

  func expire(before cutoff: Int64) async throws -> Int {
    try await expire(before: .start(of: cutoff))
  }

  func expire(before cutoff: EventKey) async throws -> Int {
    try await withCheckedContinuation { continuation in
      expire(before: cutoff) { continuation.resume(returning: $0) }
    }.get()
  }

  func oldest(ofNewest count: Int) async throws -> EventKey? {
    try await withCheckedContinuation { continuation in
      oldest(ofNewest: count) { continuation.resume(returning: $0) }
    }.get()
  }

  func changeRules(add added: [StoredRule], remove removed: [StoredRule] = []) async throws {
    try await withCheckedContinuation { continuation in
      changeRules(add: added, remove: removed) { continuation.resume(returning: $0) }
    }.get()
  }
}

extension StoredRule {
  /// A rule written as "kind: text".
  init(_ rule: String) {
    let parts = rule.split(separator: ": ", maxSplits: 1)
    self = .block(kind: String(parts[0]), text: Array(parts[1].utf8))
  }
}

extension StoredEvent {
  init(_ query: String, normalized: String? = nil, at time: Int64) {
    self.init(
      query: Array(query.utf8), normalized: Array((normalized ?? query).utf8), time: time)
  }
}

extension SessionStore {
  /// The number of a session in the database.
  func number(of session: String) async throws -> Int64 {
    try await withCheckedContinuation { continuation in
      read({ try Job.sessionID(Array(session.utf8), $0) ?? -1 }, began: {}) {
        continuation.resume(returning: $0)
      }
    }.get()
  }
}
