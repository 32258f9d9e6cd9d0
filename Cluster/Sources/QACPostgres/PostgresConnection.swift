// One connection to PostgreSQL. It never blocks longer than its deadline: libpq is used without
// blocking, and poll(2) waits.
//
// Values are sent and received in PostgreSQL's binary format, so no text is ever quoted.
//
// Invariant: used by one thread at a time. After an error that leaves the connection in an unknown
// state it is closed and stays so.
// Source: https://www.postgresql.org/docs/15/libpq-async.html and libpq-connect.html

internal import CPostgres

#if canImport(Glibc)
  import Glibc
#endif

/// Unchecked: the pool hands it to one thread at a time.
final class PostgresConnection: @unchecked Sendable {
  /// Seconds for a connection to be made.
  static let connectSeconds = 2.0
  /// Seconds for a statement to be answered; the server gives up a little earlier.
  static let statementSeconds = 5.0
  private static let options = """
    -c statement_timeout=4000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000 \
    -c client_min_messages=warning -c jit=off
    """

  private var handle: OpaquePointer?
  /// Whether the connection listens for notifications.
  var isListening = false

  /// Connects as `information` says: a URL, or words like `host=… dbname=…`.
  init(_ information: String) throws(PostgresError) {
    let names = ["dbname", "options", "application_name", "tcp_user_timeout"]
    let values = [information, Self.options, "qacd", "5000"]
    handle = Self.withStrings(names) { names in
      Self.withStrings(values) { values in PQconnectStartParams(names, values, 1) }
    }
    let deadline = Self.now + Self.connectSeconds
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      guard PQstatus(handle) != CONNECTION_BAD, state != PGRES_POLLING_FAILED else {
        throw .noConnection(reason: close())
      }
      let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
      guard wait(for: events, until: deadline) else {
        _ = close()
        throw .noConnection(reason: "PostgreSQL did not answer in time")
      }
      state = PQconnectPoll(handle)
    }
    PQsetnonblocking(handle, 1)
  }

  deinit { PQfinish(handle) }

  /// Whether the connection may be used again.
  var isOpen: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

  /// Whether no transaction is open.
  var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// Closes the connection; the first line of its last error.
  @discardableResult func close() -> String {
    let text = handle.map { String(cString: PQerrorMessage($0)) } ?? ""
    PQfinish(handle)
    handle = nil
    return text.split(separator: "\n").first.map(String.init) ?? "the connection broke"
  }

  /// Carries out one statement.
  ///
  /// - Parameters:
  ///   - sql: The statement, with `$1` and so on.
  ///   - parameters: Their values.
  /// - Returns: The rows.
  /// - Throws: `PostgresError`; after any other than `refused` the connection is closed.
  @discardableResult
  func run(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) throws(PostgresError) -> PostgresRows {
    guard isOpen else { throw .noConnection(reason: "the connection broke") }
    let deadline = Self.now + Self.statementSeconds
    guard Self.send(sql, parameters, handle) else {
      close()
      throw .broken
    }
    var rows: PostgresRows?
    var failure: PostgresError?
    while true {
      let flushed = PQflush(handle)
      guard flushed >= 0, PQstatus(handle) == CONNECTION_OK else {
        close()
        throw .broken
      }
      if flushed == 0, PQisBusy(handle) == 0 {
        guard let result = PQgetResult(handle) else { break }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK: rows = PostgresRows(result)
        default:
          let field = PQresultErrorField(result, 67)  // PG_DIAG_SQLSTATE, "C"
          failure = field.map { PostgresError.refused(code: String(cString: $0)) } ?? .broken
          PQclear(result)
        }
        continue
      }
      guard wait(for: flushed == 1 ? POLLIN | POLLOUT : POLLIN, until: deadline) else {
        close()
        throw .late
      }
      guard PQconsumeInput(handle) == 1 else {
        close()
        throw .broken
      }
    }
    if let failure {
      if !isOpen { close() }
      throw failure
    }
    guard let rows else { throw .unexpected }
    return rows
  }

  /// Waits for a notification, at most `seconds`; it takes all that are there.
  func waitForNotification(seconds: Double) throws(PostgresError) {
    if takeNotifications() { return }
    if wait(for: POLLIN, until: Self.now + seconds) {
      guard PQconsumeInput(handle) == 1 else {
        close()
        throw .broken
      }
      _ = takeNotifications()
    }
  }

  private func takeNotifications() -> Bool {
    var found = false
    while let note = PQnotifies(handle) {
      PQfreemem(note)
      found = true
    }
    return found
  }

  /// Seconds of a clock that nobody sets.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func wait(for events: Int32, until deadline: Double) -> Bool {
    while true {
      let rest = deadline - Self.now
      guard rest > 0 else { return false }
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let ready = poll(&descriptor, 1, Int32(rest * 1000) + 1)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }

  private static func send(
    _ sql: String, _ parameters: [PostgresValue], _ handle: OpaquePointer?
  ) -> Bool {
    // All values stand in one buffer, and a null has no pointer.
    var buffer: [UInt8] = [0]
    var places: [(start: Int, count: Int)?] = []
    for parameter in parameters {
      guard let bytes = parameter.bytes else {
        places.append(nil)
        continue
      }
      places.append((buffer.count, bytes.count))
      buffer += bytes
    }
    let lengths = places.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: parameters.count)
    let types = parameters.map(\.type)
    let sent = buffer.withUnsafeBytes { bytes in
      let base = bytes.bindMemory(to: CChar.self).baseAddress
      let values = places.map { place in place.flatMap { base?.advanced(by: $0.start) } }
      return PQsendQueryParams(
        handle, sql, Int32(parameters.count), types, values, lengths, formats, 1)
    }
    // It may hold a query.
    buffer.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
    return sent == 1
  }

  private static func withStrings<R>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> R
  ) -> R {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
  }
}
