// Searches over everything that a session submitted.
//
// Invariant: a search sees what was asked for before it, and nothing that was deleted before it. It
// may see what is asked for after it.
// Cost: that of `SearchIndex.search`, on the searches' own queue; the first search of a session
// waits until the session is read.

internal import Foundation
internal import GRDB
internal import Synchronization

extension SessionStore {
  /// Finds what a session submitted.
  ///
  /// - Parameters:
  ///   - search: What to look for.
  ///   - completion: Called on another thread. It must not block.
  public func search(
    _ search: HistorySearch,
    completion: @escaping @Sendable (Result<HistoryHits, SessionStoreError>) -> Void
  ) {
    withIndex(of: search.session) { completion($0.map { $0.search(search) }) }
  }

  /// Finds the last submission of each of `texts` in `session`.
  ///
  /// - Parameters:
  ///   - texts: The texts as submitted, UTF-8.
  ///   - session: The session's name.
  ///   - completion: Called on another thread, with nil for a text that the session did not submit.
  public func lastUses(
    of texts: [[UInt8]], in session: [UInt8],
    completion: @escaping @Sendable (Result<[HistoryHit?], SessionStoreError>) -> Void
  ) {
    withIndex(of: session) { index in
      completion(index.map { index in texts.map { index.lastUse(of: $0) } })
    }
  }

  /// Calls `body` with everything that `session` submitted, on the searches' queue.
  private func withIndex(
    of session: [UInt8],
    _ body: @escaping @Sendable (Result<SearchIndex, SessionStoreError>) -> Void
  ) {
    let start = { @Sendable [self] in
      searches.with(session, load: { [weak self] in self?.loadIndex(of: session) }) {
        index, error in
        body(index.map { .success($0) } ?? .failure(error ?? .closed))
      }
    }
    let isFree = queue.withLock { queue in
      !queue.isClosed && queue.changingAll == 0 && queue.changing[session] == nil
    }
    if isFree { return start() }
    submit(.search(session: session, start: start, failure: { body(.failure($0)) }))
  }

  private func loadIndex(of session: [UInt8]) {
    read(
      { db in try SearchIndex(session: session, db) },
      isUrgent: true, began: { [searches] in searches.snapshotTaken(of: session) },
      completion: { [searches] in searches.loaded($0, of: session) })
  }
}

extension SearchIndex {
  /// Reads a session, newest query first, up to `SearchIndexes.maximumBytes`.
  init(session name: [UInt8], _ db: Database) throws {
    self.init()
    guard let session = try Job.sessionID(name, db) else { return }
    let rows = try GRDB.Row.fetchCursor(
      db,
      sql: """
        SELECT query, place, outcome, at, sequence FROM event
        WHERE session = ? AND item IS NULL ORDER BY at DESC, sequence DESC
        """, arguments: [session])
    var place: [UInt8]?
    while let row = try rows.next(), memoryBytes < SearchIndexes.maximumBytes {
      // What was submitted in turn was mostly submitted at the same place.
      try row.withUnsafeData(atIndex: 1) { data in
        if let data {
          if place.map({ !$0.elementsEqual(data) }) ?? true { place = [UInt8](data) }
        } else {
          place = nil
        }
      }
      let outcome = try row.decode(Int64?.self, atIndex: 2).flatMap {
        StoredCircumstances.Outcome(rawValue: $0)
      }
      let (time, sequence): (Int64, Int64) = (row[3], row[4])
      try row.withUnsafeData(atIndex: 0) { query in
        (query ?? Data()).withUnsafeBytes {
          add(
            $0.assumingMemoryBound(to: UInt8.self), place: place, outcome: outcome, time: time,
            sequence: sequence)
        }
      }
    }
  }

  /// Whether so much of it is deleted, or it has grown so large, that it should be made again.
  var isWorn: Bool {
    deadBytes > max(1 << 20, bytes.count / 2)
      || memoryBytes > SearchIndexes.maximumBytes + SearchIndexes.maximumBytes / 4
  }

  /// Follows a change.
  ///
  /// - Returns: False if the index has to be made again.
  mutating func apply(_ change: SearchChange) -> Bool {
    switch change {
    case .added(let event):
      event.query.withUnsafeBufferPointer {
        add(
          $0, place: event.place, outcome: event.outcome, time: event.time,
          sequence: event.sequence)
      }
      return true
    case .ended(let event):
      end(event)
      return true
    case .removed(let event): return remove(event)
    }
  }
}

extension Job.Changes {
  /// The name of a session if searches follow what is changed of it; else nil.
  func searchedName(of session: Int64, _ db: Database) throws -> [UInt8]? {
    if searched.isEmpty { return nil }
    let statement = try db.cachedStatement(sql: "SELECT name FROM session WHERE id = ?")
    let name = try Data.fetchOne(statement, arguments: [session]).map { [UInt8]($0) }
    return name.flatMap { searched.contains($0) ? $0 : nil }
  }

  /// Notes for searches that a query was deleted.
  mutating func removed(_ query: Data, at place: Data?, _ key: EventKey, of session: [UInt8]) {
    searchChanges.append(
      (
        session,
        .removed(
          .init(
            query: [UInt8](query), place: place.map { [UInt8]($0) }, outcome: nil, time: key.time,
            sequence: key.sequence))
      ))
  }
}
