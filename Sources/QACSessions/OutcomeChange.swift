// Says of a recorded query how it ended.
//
// Invariant: only the outcome of the event changes, and only if the event is a submitted query and
// `matches` knows it again. Durable as a record is. Cost: one look-up and one update.

internal import Foundation
internal import GRDB

/// How a recorded query ended.
public struct OutcomeChange: Sendable {
  /// The session's name.
  public var session: [UInt8]
  /// Unix seconds: when the query was submitted, as the store keeps it.
  public var time: Int64
  /// The query's number within that second.
  public var sequence: Int64
  /// How it ended.
  public var outcome: StoredCircumstances.Outcome
  /// Called on the writer's thread with the query as typed: whether it is the one that is meant.
  public var matches: @Sendable ([UInt8]) -> Bool

  /// Makes a change.
  public init(
    session: [UInt8], time: Int64, sequence: Int64, outcome: StoredCircumstances.Outcome,
    matches: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
  ) {
    self.session = session
    self.time = time
    self.sequence = sequence
    self.outcome = outcome
    self.matches = matches
  }

  /// Finds the query that is meant.
  func find(_ db: Database) throws -> StoredEvent? {
    guard let id = try Job.sessionID(session, db) else { return nil }
    let select = try db.cachedStatement(
      sql: """
        SELECT query, normalized, at, form, \(StoredCircumstances.columns) FROM event
        WHERE session = ? AND at = ? AND sequence = ? AND item IS NULL
        """)
    guard let row = try Row.fetchOne(select, arguments: [id, time, sequence]) else { return nil }
    let event = try Job.event(row)
    return matches(event.query) ? event : nil
  }

  /// Carries the change out.
  ///
  /// - Returns: The event with its new outcome; nil if there is none.
  func run(_ db: Database, _ changes: inout Job.Changes) throws -> StoredEvent? {
    guard let id = try Job.sessionID(session, db), var event = try find(db) else { return nil }
    let key: StatementArguments = [id, time, sequence]
    let update = try db.cachedStatement(
      sql: "UPDATE event SET outcome = ? WHERE session = ? AND at = ? AND sequence = ?")
    try update.execute(arguments: [outcome.rawValue] + key)
    event.circumstances.outcome = outcome
    changes.written += 1
    if changes.searched.contains(session) {
      changes.searchChanges.append(
        (
          session,
          .ended(
            .init(
              query: event.query, place: event.circumstances.place, outcome: outcome,
              time: event.time, sequence: sequence))
        ))
    }
    return event
  }
}

extension SessionStore {
  /// Says of a recorded query how it ended.
  ///
  /// - Parameters:
  ///   - change: Which query, and how.
  ///   - completion: Called on the writer's thread when the change is durable or has failed, with
  ///     the event; with nil if there is no such query (any more).
  public func end(
    _ change: OutcomeChange,
    completion: @escaping @Sendable (Result<StoredEvent?, SessionStoreError>) -> Void
  ) {
    if let follower {
      return follower.isLocal
        ? queue(change, follower, completion) : follower.end(change, completion)
    }
    submit(.end(change, completion))
  }
}
