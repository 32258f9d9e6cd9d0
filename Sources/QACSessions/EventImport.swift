// Adds events that were submitted before, unless they are there already.
//
// An event is there already if the session has as many events of its time that are equal to it, in
// text and in what they led to, as its occurrence says; of an undated event those of every time
// count. So the same import does nothing the second time, and one that was interrupted adds what is
// missing. Nothing is kept of an import beside its events: what was forgotten can be imported again.
//
// Invariant: events of one time keep the order of the import among themselves, behind those that
// were there.
// Cost: one look-up per event and distinct time, and O(events of that time); with undated events
// one pass over the session per call.

internal import Foundation
internal import GRDB

/// An event to import.
public struct ImportedEvent: Sendable {
  /// The event.
  public var event: StoredEvent
  /// Which of the equal events of its source it is, from 1.
  public var occurrence: Int
  /// Whether its time is a guess.
  public var isUndated: Bool

  /// Makes an event.
  public init(event: StoredEvent, occurrence: Int = 1, isUndated: Bool = false) {
    self.event = event
    self.occurrence = occurrence
    self.isUndated = isUndated
  }
}

extension SessionStore {
  /// Adds those of `events` to the session `session` that it does not have yet.
  ///
  /// - Parameters:
  ///   - events: The events, in the order of their source.
  ///   - session: The session's name.
  ///   - completion: Called on the writer's thread with the positions in `events` of those that were
  ///     added, when they are durable, or with the error. It must not block.
  public func add(
    _ events: [ImportedEvent], session: [UInt8],
    completion: @escaping @Sendable (Result<[Int], SessionStoreError>) -> Void
  ) {
    if let follower { return follower.add(events, session: session, completion) }
    submit(.add(events, session: session, completion))
  }

  /// Finds the next events of `session`, queries and examples alike, oldest first.
  ///
  /// - Parameters:
  ///   - session: The session's name.
  ///   - key: The time and number of the last event before them; nil for the oldest events.
  ///   - limit: The most events.
  ///   - completion: Called on another thread with the events and their keys.
  public func events(
    of session: [UInt8], after key: (time: Int64, sequence: Int64)?, limit: Int,
    completion: @escaping @Sendable (Result<[(EventKey, StoredEvent)], SessionStoreError>) -> Void
  ) {
    let (time, sequence) = key ?? (.min, .min)
    submit(
      .page(
        session: session, after: EventKey(time: time, session: 0, sequence: sequence),
        limit: limit, .init(completion)))
  }
}

/// One call of `SessionStore.add`, while it runs.
struct EventImport {
  /// What makes two events of a session and time equal.
  fileprivate struct Identity: Hashable {
    var query: [UInt8]
    var use: StoredUse?

    init(_ event: StoredEvent) {
      query = event.query
      use = event.use
    }
  }

  let events: [ImportedEvent]
  let session: [UInt8]
  /// The number in a log of the one event, if it is of a log.
  var number: Int64?

  /// Adds what is missing.
  ///
  /// - Returns: The positions of the events that were added.
  func run(_ db: Database, _ changes: inout Job.Changes) throws -> [Int] {
    var added: [Int] = []
    var ofAllTimes = try countUndated(db)
    var ofTime: [Identity: Int] = [:]
    var time: Int64?
    for (i, imported) in events.enumerated() {
      let identity = Identity(imported.event)
      if !imported.isUndated, time != imported.event.time {
        time = imported.event.time
        ofTime = try count(at: imported.event.time, db)
      }
      let count = imported.isUndated ? ofAllTimes[identity] : ofTime[identity]
      if count ?? 0 >= imported.occurrence { continue }
      _ = try Job.insert(
        imported.event, session: session, inOrder: false, number: number, db, &changes)
      added.append(i)
      if ofAllTimes[identity] != nil { ofAllTimes[identity, default: 0] += 1 }
      if time == imported.event.time { ofTime[identity, default: 0] += 1 }
    }
    return added
  }

  /// How often the session has each event of one time.
  private func count(at time: Int64, _ db: Database) throws -> [Identity: Int] {
    guard let id = try Job.sessionID(session, db) else { return [:] }
    let statement = try db.cachedStatement(
      sql: "SELECT query, item, kind FROM event WHERE session = ? AND at = ?")
    var counts: [Identity: Int] = [:]
    let rows = try Row.fetchCursor(statement, arguments: [id, time])
    while let row = try rows.next() { counts[try Identity(row), default: 0] += 1 }
    return counts
  }

  /// How often the session has each event of which an undated one is to be added.
  private func countUndated(_ db: Database) throws -> [Identity: Int] {
    var counts: [Identity: Int] = [:]
    for imported in events where imported.isUndated { counts[Identity(imported.event)] = 0 }
    guard !counts.isEmpty, let id = try Job.sessionID(session, db) else { return counts }
    let statement = try db.cachedStatement(
      sql: "SELECT query, item, kind FROM event WHERE session = ?")
    let rows = try Row.fetchCursor(statement, arguments: [id])
    while let row = try rows.next() {
      let identity = try Identity(row)
      if let count = counts[identity] { counts[identity] = count + 1 }
    }
    return counts
  }
}

extension EventImport.Identity {
  /// Reads the columns query, item and kind.
  fileprivate init(_ row: Row) throws {
    query = [UInt8](try row.decode(Data.self, atIndex: 0))
    use = try row.decode(Data?.self, atIndex: 1).map { item in
      StoredUse(
        item: [UInt8](item),
        kind: try row.decode(Int64?.self, atIndex: 2).flatMap { StoredUse.Kind(rawValue: $0) }
          ?? .click)
    }
  }
}

extension Job {
  /// The next events of the session, queries and examples alike, with their keys.
  static func page(
    of session: [UInt8], after key: EventKey, limit: Int, _ db: Database
  ) throws -> [(EventKey, StoredEvent)] {
    guard let id = try sessionID(session, db) else { return [] }
    let statement = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, form, \(StoredCircumstances.columns), item, kind, sequence
        FROM event WHERE session = ? AND (at, sequence) > (?, ?)
        ORDER BY at, sequence LIMIT ?
        """)
    var events: [(EventKey, StoredEvent)] = []
    let rows = try Row.fetchCursor(
      statement, arguments: [id, key.time, key.sequence, max(0, limit)])
    while let row = try rows.next() {
      var event = try event(row)
      let next = 4 + StoredCircumstances.columnCount
      event.use = try row.decode(Data?.self, atIndex: next).map { item in
        StoredUse(
          item: [UInt8](item),
          kind: try row.decode(Int64?.self, atIndex: next + 1).flatMap {
            StoredUse.Kind(rawValue: $0)
          } ?? .click)
      }
      let key = EventKey(time: event.time, session: id, sequence: row[next + 2])
      events.append((key, event))
    }
    return events
  }
}
