// Reads the recent queries of all sessions, while the writer goes on.
//
// A separate connection reads from a snapshot of the database, which is taken between two groups of
// jobs.
// Invariant: a record or a deletion is in the snapshot if its callback is called before `began`,
// and not if its callback is called later.
// Cost: one pass over all events, on another thread. SQLite's log is not emptied of deleted content
// before the read ends.

internal import Dispatch
internal import Foundation
internal import GRDB
internal import QACBinary

/// An event with its session.
public struct SessionEvent: Sendable, Equatable {
  /// The session's name.
  public var session: [UInt8]
  /// The query that it submitted.
  public var event: StoredEvent

  /// Makes an event.
  public init(session: [UInt8], event: StoredEvent) {
    self.session = session
    self.event = event
  }
}

extension SessionStore {
  /// Finds the newest queries of all sessions that others may learn.
  ///
  /// - Parameters:
  ///   - time: Unix seconds; only later events are read.
  ///   - limit: The most events to read.
  ///   - began: Called on the writer's thread when the snapshot is taken.
  ///   - completion: Called on another thread, with the events in the order of time, equal times by
  ///     session. After a failure, `began` may not have been called.
  public func recent(
    after time: Int64, limit: Int, began: @escaping @Sendable () -> Void,
    completion: @escaping @Sendable (Result<[SessionEvent], SessionStoreError>) -> Void
  ) {
    read(
      { db in try Self.recent(db, after: time, limit: limit) }, began: began,
      completion: completion)
  }

  /// Takes a snapshot between two groups of jobs, and reads from it on another thread; `isUrgent`
  /// if somebody waits for it.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value, isUrgent: Bool = false,
    began: @escaping @Sendable () -> Void,
    completion: @escaping @Sendable (Result<Value, SessionStoreError>) -> Void
  ) {
    let path = path
    let begin = { @Sendable in
      let reader = try Self.openSnapshot(path)
      began()
      DispatchQueue.global(qos: isUrgent ? .userInitiated : .utility).async {
        let result = Result { () throws(SessionStoreError) in
          try SessionStoreError.translating(path: path) {
            try reader.inDatabase { db in
              defer { try? db.execute(sql: "COMMIT") }
              return try body(db)
            }
          }
        }
        try? reader.close()
        wipeStack()
        completion(result)
      }
    }
    submit(.between(begin) { completion(.failure($0)) })
  }

  /// Finds the oldest of the `count` newest events, queries and examples alike.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - completion: Called on another thread, with nil if there are not more than `count` events.
  public func oldest(
    ofNewest count: Int,
    completion: @escaping @Sendable (Result<EventKey?, SessionStoreError>) -> Void
  ) {
    read(
      { db in
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT at, session, sequence FROM event
            ORDER BY at DESC, session DESC, sequence DESC LIMIT 2 OFFSET ?
            """, arguments: [max(0, count - 1)])
        guard let row = try rows.next() else { return nil }
        let key = EventKey(time: row[0], session: row[1], sequence: row[2])
        // Without an older event there are not more than `count`.
        return try rows.next() == nil ? nil : key
      }, began: {}, completion: completion)
  }

  /// Opens a connection with a read transaction, which sees the database as it is now.
  private static func openSnapshot(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.allowsUnsafeTransactions = true
    configuration.label = "qacd.recent"
    let reader = try DatabaseQueue(path: path, configuration: configuration)
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN DEFERRED TRANSACTION")
      // The first statement that reads takes the snapshot (https://www.sqlite.org/isolation.html).
      _ = try Int.fetchOne(db, sql: "SELECT 1 FROM session LIMIT 1")
    }
    return reader
  }

  private static func recent(
    _ db: Database, after time: Int64, limit: Int
  ) throws -> [SessionEvent] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT event.query, event.normalized, event.at, event.form,
          \(StoredCircumstances.columns), session.name
        FROM event JOIN session ON session.id = event.session
        WHERE event.at > ? AND event.item IS NULL AND event.person IS NOT x''
        ORDER BY event.at DESC, event.session DESC, event.sequence DESC LIMIT ?
        """, arguments: [time, max(0, limit)])
    var events: [SessionEvent] = []
    while let row = try rows.next() {
      events.append(
        SessionEvent(
          session: [UInt8](
            try row.decode(Data.self, atIndex: 4 + StoredCircumstances.columnCount)),
          event: try Job.event(row)))
    }
    events.reverse()
    return events
  }
}
