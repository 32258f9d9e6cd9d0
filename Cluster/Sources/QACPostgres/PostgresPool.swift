// A few connections that threads share.
//
// After a failed attempt to connect, further ones fail at once for a while, which grows to one
// second: a daemon whose PostgreSQL is away must not make every request wait.
//
// Invariant: a connection is used by one thread at a time, and is given back only without an open
// transaction. Cost: a lock per use.

internal import Synchronization

final class PostgresPool: Sendable {
  private struct State {
    var idle: [PostgresConnection] = []
    var failures = 0
    var nextAttempt = 0.0
    var reason = ""
  }

  private let information: String
  private let prepare: @Sendable (PostgresConnection) throws(PostgresError) -> Void
  private let state = Mutex(State())

  /// Makes a pool; `prepare` is called with every new connection.
  init(
    _ information: String,
    prepare: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Void
  ) {
    self.information = information
    self.prepare = prepare
  }

  /// Runs `body` with a connection.
  func use<Value>(
    _ body: (PostgresConnection) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    let connection = try take()
    defer {
      if connection.isOpen, connection.isIdle { state.withLock { $0.idle.append(connection) } }
    }
    return try body(connection)
  }

  /// Closes the connections that are not in use.
  func release() { state.withLock { $0.idle = [] } }

  /// A connection of the caller's own.
  func take() throws(PostgresError) -> PostgresConnection {
    let known = state.withLock { state -> Result<PostgresConnection?, PostgresError> in
      while let connection = state.idle.popLast() {
        if connection.isOpen { return .success(connection) }
      }
      return PostgresConnection.now < state.nextAttempt
        ? .failure(.noConnection(reason: state.reason)) : .success(nil)
    }
    if let connection = try known.get() { return connection }
    do throws(PostgresError) {
      let connection = try PostgresConnection(information)
      try prepare(connection)
      state.withLock { $0.failures = 0 }
      return connection
    } catch {
      state.withLock { state in
        // What is idle is broken as well.
        state.idle = []
        if case .noConnection(let reason) = error { state.reason = reason }
        let pause = min(1, 0.05 * Double(1 << min(state.failures, 5)))
        state.nextAttempt = PostgresConnection.now + pause
        state.failures += 1
      }
      throw error
    }
  }
}
