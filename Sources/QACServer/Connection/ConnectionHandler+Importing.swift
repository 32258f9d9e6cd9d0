// What `import` and `export` do.
//
// The events of a request go to the store session by session, in the order in which the sessions
// first occur. The answer comes when all of them are durable and every loop knows them.

internal import QACProtocol
internal import QACSessions
internal import QACText
internal import Synchronization

extension ConnectionHandler {
  /// Adds the events that are not there yet.
  func add(
    _ events: [Request.ImportedEvent], _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let normalizer = core.index.current.normalizer
    // A later time would keep what is recorded from then on at that time.
    let latest = core.configuration.clock == .client ? .max : core.clock.now
    var order: [[UInt8]] = []
    var bySession: [[UInt8]: [ImportedEvent]] = [:]
    var counts = ImportCounts()
    for event in events {
      if event.at > latest {
        counts.ahead += 1
        continue
      }
      if bySession[event.session.bytes] == nil { order.append(event.session.bytes) }
      bySession[event.session.bytes, default: []].append(ImportedEvent(event, by: normalizer))
    }
    let pending = PendingImport(
      sessions: order.count, counts,
      completion: later(timing) {
        (handler, result: Result<ImportCounts, SessionStoreError>) in
        switch result {
        case .success(let counts):
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.imported(counts, id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
    if order.isEmpty { return pending.finish(.success(0), of: 0) }
    for session in order {
      let events = bySession[session] ?? []
      core.sessions.add(events, session: session, by: normalizer) {
        pending.finish($0, of: events.count)
      }
    }
  }

  /// Answers a page of a session's events.
  func export(
    _ request: Request.Export, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    var after: (time: Int64, sequence: Int64)?
    if let bytes = request.after {
      guard let key = ExportCursor.key(bytes) else {
        finished(timing)
        return refuse(
          .invalidParams, "params.after must be what an export answered as next; correct it",
          ticket)
      }
      after = key
    }
    let limit = request.limit ?? ProtocolLimits.maximumLimit
    // One byte of text becomes at most six of JSON; an event may have as much beside its query.
    let promised = limit * ProtocolLimits.maximumTextBytes * 2 * 6
    promisedBytes += promised
    core.store.events(
      of: request.session.bytes, after: after, limit: limit,
      completion: later(timing) { handler, result in
        handler.promisedBytes -= promised
        switch result {
        case .success(let events):
          let last = events.count == limit ? events.last?.0 : nil
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.exported(
              events.map { Request.ImportedEvent($0.1, session: request.session) },
              next: last.map { ExportCursor.text($0) }, id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }
}

/// The sessions of one `import` that are under way.
private final class PendingImport: Sendable {
  private struct State {
    var left: Int
    var counts: ImportCounts
    var failure: SessionStoreError?
  }

  private let state: Mutex<State>
  private let completion: @Sendable (Result<ImportCounts, SessionStoreError>) -> Void

  init(
    sessions: Int, _ counts: ImportCounts,
    completion: @escaping @Sendable (Result<ImportCounts, SessionStoreError>) -> Void
  ) {
    state = Mutex(State(left: sessions, counts: counts))
    self.completion = completion
  }

  /// Notes that so many of `total` events of a session were added, or that it failed.
  func finish(_ result: Result<Int, SessionStoreError>, of total: Int) {
    let done = state.withLock { state -> Result<ImportCounts, SessionStoreError>? in
      state.left -= 1
      switch result {
      case .success(let added):
        state.counts += ImportCounts(recorded: added, known: total - added)
      case .failure(let error): state.failure = error
      }
      if state.left > 0 { return nil }
      return state.failure.map { .failure($0) } ?? .success(state.counts)
    }
    if let done { completion(done) }
  }
}

/// Where a page of `export` begins: "1767225660.0", the time and the number of the event before it.
private enum ExportCursor {
  static func text(_ key: EventKey) -> [UInt8] { Array("\(key.time).\(key.sequence)".utf8) }

  static func key(_ text: [UInt8]) -> (time: Int64, sequence: Int64)? {
    let parts = String(decoding: text, as: UTF8.self).split(separator: ".")
    guard parts.count == 2, let time = Int64(parts[0]), let sequence = Int64(parts[1]) else {
      return nil
    }
    return (time, sequence)
  }
}

extension ImportedEvent {
  /// What a request says, normalised, as it is stored.
  fileprivate init(_ event: Request.ImportedEvent, by normalizer: Normalizer) {
    self.init(
      event: StoredEvent(
        query: event.query, normalized: normalizer.normalize(event.query, as: .query),
        form: normalizer.form, time: event.at,
        use: event.item.map { StoredUse(item: $0.bytes, kind: event.kind.ofStore) },
        circumstances: StoredCircumstances(event.circumstances)),
      occurrence: event.occurrence, isUndated: event.isUndated)
  }
}

extension Request.ImportedEvent {
  /// What is stored, as it is answered.
  fileprivate init(_ event: StoredEvent, session: SessionName) {
    self.init(
      session: session, query: event.query, at: event.time,
      item: event.use.flatMap { ItemID(bytes: $0.item) },
      kind: event.use.map { .init($0.kind) } ?? .click,
      circumstances: .init(event.circumstances))
  }
}

extension Request.Record.Kind {
  fileprivate init(_ kind: StoredUse.Kind) {
    switch kind {
    case .click: self = .click
    case .cart: self = .cart
    case .purchase: self = .purchase
    }
  }
}
