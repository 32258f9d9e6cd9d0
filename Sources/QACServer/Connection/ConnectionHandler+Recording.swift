// What `record` does: it adds a query or a use of an item, or says how a query ended.

internal import QACProtocol
internal import QACSessions
internal import QACText

extension ConnectionHandler {
  /// Adds a query, or what somebody did with an item.
  func record(
    _ request: Request.Record, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let isQuery = request.item == nil
    let submission = isQuery ? Submission(request) : nil
    let check = RecordID.check(of: request.query)
    let completion = later(timing) {
      (handler, result: Result<EventKey, SessionStoreError>) in
      switch result {
      case .success(let key):
        if let submission { handler.loop.metrics.submitted(submission) }
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          let record = RecordID(time: key.time, sequence: key.sequence, check: check)
          ResponseEncoder.recorded(isQuery ? record : nil, id: id, into: &output)
        }
      case .failure(let error):
        handler.refuse(error, ticket)
      }
    }
    let time = request.at ?? core.clock.now
    let normalizer = core.index.current.normalizer
    let circumstances = StoredCircumstances(request.circumstances)
    if let item = request.item {
      core.sessions.record(
        StoredUse(item: item.bytes, kind: request.kind.ofStore), of: request.query, circumstances,
        at: time, session: request.session.bytes, by: normalizer, completion: completion)
    } else {
      core.sessions.record(
        request.query, circumstances, at: time, session: request.session.bytes, by: normalizer,
        completion: completion)
    }
  }

  /// Says how a recorded query ended.
  func end(
    _ request: Request.Outcome, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let check = request.id.check
    let change = OutcomeChange(
      session: request.session.bytes, time: request.id.time, sequence: request.id.sequence,
      outcome: .init(request.end), matches: { RecordID.check(of: $0) == check })
    core.sessions.end(
      change, by: core.index.current.normalizer,
      completion: later(timing) { handler, result in
        switch result {
        case .success(let found):
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.outcomeRecorded(found: found, id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }
}

extension RecordID {
  /// The bits that tell `query` from others of the same second.
  fileprivate static func check(of query: [UInt8]) -> UInt16 {
    UInt16(truncatingIfNeeded: StableHash.of(query, seed: 3))
  }
}

extension StoredCircumstances {
  /// What a request says, as it is stored.
  init(_ request: Request.Circumstances) {
    self.init(
      thread: request.thread?.bytes, place: request.place?.bytes,
      outcome: request.outcome.map { Outcome($0) }, typed: request.typed,
      taken: request.choice.map { Int64($0.taken) }, source: request.choice?.source,
      person: request.person)
  }
}

extension Request.Circumstances {
  /// What is stored, as it is told. What no version could have stored is left out.
  init(_ stored: StoredCircumstances) {
    self.init(
      thread: stored.thread.flatMap { SessionName(bytes: $0) },
      place: stored.place.flatMap { Place(bytes: $0) },
      outcome: stored.outcome.map { $0 == .failed ? .failed : .ok }, typed: stored.typed,
      choice: stored.taken.map { Choice(taken: Int(clamping: $0), source: stored.source) },
      person: stored.person)
  }
}

extension StoredCircumstances.Outcome {
  init(_ end: Request.End) {
    switch end {
    case .ok: self = .ok
    case .failed: self = .failed
    }
  }
}

extension Request.Record.Kind {
  var ofStore: StoredUse.Kind {
    switch self {
    case .click: return .click
    case .cart: return .cart
    case .purchase: return .purchase
    }
  }
}
