// Reads what clients said of the use of suggestions, for the report of a rebuild.

internal import Foundation
internal import GRDB

/// A submitted query of which a client said whether a line was taken.
public struct StoredChoice: Sendable {
  /// The query as it was submitted.
  public var query: [UInt8]
  /// What stood in the box; nil if the client did not say it.
  public var typed: [UInt8]?
  /// The place of the line that was taken, from 1; 0 if none was.
  public var taken: Int
  /// The source of the line, as the client names it.
  public var source: [UInt8]?

  /// Makes a choice.
  public init(query: [UInt8], typed: [UInt8]?, taken: Int, source: [UInt8]?) {
    self.query = query
    self.typed = typed
    self.taken = taken
    self.source = source
  }
}

extension SessionStore {
  /// Calls `body` for each query within `times` in the database at `path` of which a client said
  /// whether a line was taken. A database of an earlier schema has none.
  ///
  /// - Parameters:
  ///   - path: A database of this program; it is not changed.
  ///   - times: Unix seconds.
  ///   - busySeconds: How many seconds to wait for a lock of another process.
  ///   - body: Receives the queries, in no order.
  /// - Throws: `SessionStoreError`.
  public static func readChoices(
    ofDatabaseAt path: String, within times: ClosedRange<Int64>, busySeconds: Double = 10,
    _ body: (StoredChoice) -> Void
  ) throws(SessionStoreError) {
    try read(path, busySeconds) { db in
      guard try eventColumns(db).contains("taken") else { return }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT query, typed, taken, source FROM event
          WHERE taken IS NOT NULL AND at BETWEEN ? AND ?
          """, arguments: [times.lowerBound, times.upperBound])
      while let row = try rows.next() {
        body(
          StoredChoice(
            query: Array(try row.decode(Data.self, atIndex: 0)),
            typed: try row.decode(Data?.self, atIndex: 1).map { Array($0) },
            taken: Int(clamping: try row.decode(Int64.self, atIndex: 2)),
            source: try row.decode(Data?.self, atIndex: 3).map { Array($0) }))
      }
    }
  }
}
