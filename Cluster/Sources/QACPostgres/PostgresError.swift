// What can go wrong with PostgreSQL, as the store's errors.
//
// Invariant: a reason holds no SQL, no parameter, no query and no name of a session: of a refused
// statement it has the code alone.

internal import QACSessions

/// A connection or a statement that failed.
enum PostgresError: Error, Equatable {
  /// There is no connection, and no statement was sent.
  case noConnection(reason: String)
  /// The server did not answer in time; the connection is closed.
  case late
  /// The connection broke before the answer came.
  case broken
  /// The server refused the statement, and did nothing of it; `code` is its SQLSTATE.
  case refused(code: String)
  /// The server answered something else than what was asked for.
  case unexpected

  /// The store's error.
  ///
  /// - Parameter isChange: Whether the statement changes the log.
  /// - Returns: What the store reports.
  func ofStore(isChange: Bool) -> SessionStoreError {
    switch self {
    case .noConnection(let reason): return .logUnavailable(reason: reason)
    case .late, .broken:
      return isChange
        ? .logInDoubt : .logUnavailable(reason: "PostgreSQL did not answer in time")
    case .refused(let code): return .logUnavailable(reason: "PostgreSQL refused it: \(code)")
    case .unexpected: return .logUnavailable(reason: "PostgreSQL answered something unknown")
    }
  }
}
