// What each request does; `complete`, `retrieve`, `record` and the methods of rules and items have
// files of their own.
//
// Invariant: the requests of a connection take effect in the order in which they were sent.
// Sessions and store are asked at once; only the answers may come later, and in another order.

internal import NIOCore
internal import QACProtocol
internal import QACSessions

extension ConnectionHandler {
  /// Carries out one event of the protocol; answers go into the loop's output.
  func carryOut(_ event: ProtocolMachine.Event) {
    switch event {
    case .refused(let error, let ticket):
      loop.metrics.error(error.fault.code)
      machine.refuse(error.fault, ticket, into: &loop.output)
    case .request(_, let ticket) where isQuiescing:
      refuse(
        .shuttingDown, "the daemon is stopping; ask again after it has restarted", ticket)
    case .request(let request, let ticket) where request.mayHaveLongAnswer && holdsTooMuch:
      refuse(
        .busy, "too many answers wait for clients to read them; read yours, then ask again", ticket)
    case .request(let request, let ticket)
    where request.mayHaveLongAnswer && machine.heldBytes(of: ticket) > Self.maximumBatchBytes:
      refuse(
        .batchTooLarge, "the batch's answers are too long in all; send several smaller batches",
        ticket)
    case .request(let request, let ticket) where request.tellsOfSessions && !core.store.isCurrent:
      refuse(SessionStoreError.leaseEnded, ticket)
    case .request(let request, let ticket):
      carryOut(request, ticket)
    }
  }

  private func carryOut(_ request: Request, _ ticket: ProtocolMachine.Ticket) {
    let timing = RequestTiming(request, arrived: arrivedAt)
    loop.metrics.began(timing.method, waiting: timing.waiting)
    switch request {
    case .complete(let parameters):
      ask(.complete(parameters), timing, ticket)
    case .retrieve(let parameters):
      ask(.retrieve(parameters), timing, ticket)
    case .itemsAdd(let items):
      add(items, timing, ticket)
    case .itemsRemove(let ids):
      remove(ids, timing, ticket)
    case .items(let limit):
      list(.items(limit: limit), timing, ticket)
    case .record(let parameters):
      record(parameters, timing, ticket)
    case .outcome(let parameters):
      end(parameters, timing, ticket)
    case .history(let parameters):
      history(parameters, timing, ticket)
    case .search(let parameters):
      search(parameters, timing, ticket)
    case .forget(let parameters):
      forget(parameters, timing, ticket)
    case .importEvents(let events):
      add(events, timing, ticket)
    case .exportEvents(let parameters):
      export(parameters, timing, ticket)
    case .block(let rule):
      change(rule, timing, ticket, isBlock: true)
    case .unblock(let rule):
      change(rule, timing, ticket, isBlock: false)
    case .blocks:
      list(.blocks, timing, ticket)
    case .pin(let pin):
      change(pin, timing, ticket, isAdded: true)
    case .unpin(let pin):
      change(pin, timing, ticket, isAdded: false)
    case .pins:
      list(.pins, timing, ticket)
    case .boost(let parameters):
      boost(parameters, timing, ticket)
    case .unboost(let rule):
      unboost(rule, timing, ticket)
    case .boosts:
      list(.boosts, timing, ticket)
    case .status:
      machine.reply(to: ticket, into: &loop.output) { id, output in
        ResponseEncoder.status(core.status(loop), id: id, into: &output)
      }
      finished(timing)
    case .metrics:
      machine.reply(to: ticket, into: &loop.output) { id, output in
        ResponseEncoder.metrics(core.metricsText(loop), id: id, into: &output)
      }
      finished(timing)
    case .reload(let force):
      core.reload(
        force: force,
        later(timing) { handler, result in
          switch result {
          case .success(let index):
            handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
              ResponseEncoder.reloaded(index: index.identity, id: id, into: &output)
            }
          case .failure(let error):
            handler.refuse(error.code, error.description, ticket)
          }
        })
    case .ping:
      machine.reply(to: ticket, into: &loop.output) { id, output in
        ResponseEncoder.pong(id: id, into: &output)
      }
      finished(timing)
    }
  }

  /// Makes a callback that ends a request: any thread may call it, and it runs `body` on the event
  /// loop.
  ///
  /// The request of `timing` is in flight until then.
  func later<Value: Sendable>(
    _ timing: RequestTiming,
    _ body: @escaping @Sendable (ConnectionHandler, Value) -> Void
  ) -> @Sendable (Value) -> Void {
    inFlight += 1
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    return { value in
      bound.eventLoop.execute {
        bound.value.finish { handler in
          body(handler, value)
          handler.finished(timing)
        }
      }
    }
  }

  func refuse(_ code: ErrorCode, _ message: String, _ ticket: ProtocolMachine.Ticket) {
    loop.metrics.error(code)
    machine.reply(to: ticket, into: &loop.output) { id, output in
      ResponseEncoder.error(code, message: message, id: id, into: &output)
    }
  }

  func refuse(_ error: SessionStoreError, _ ticket: ProtocolMachine.Ticket) {
    core.complain(error)
    refuse(.databaseUnavailable, error.description, ticket)
  }

  // MARK: sessions

  /// About the most bytes of text of one query of a history: the query, and as much beside it.
  static let historyTextBytes = 2 * ProtocolLimits.maximumTextBytes

  private func history(
    _ request: Request.History, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let limit = request.limit ?? ProtocolLimits.defaultHistoryLimit
    // One byte of text becomes at most six of JSON.
    let promised = limit * Self.historyTextBytes * 6
    promisedBytes += promised
    core.store.history(
      request.session.bytes, limit: limit,
      completion: later(timing) { handler, result in
        handler.promisedBytes -= promised
        switch result {
        case .success(let events):
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            var encoder = HistoryEncoder(id: id, into: &output)
            for event in events {
              encoder.append(
                query: event.query, at: event.time, .init(event.circumstances), into: &output)
            }
            encoder.finish(into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }

  private func forget(
    _ request: Request.Forget, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let target = SessionCache.Target(
      session: request.session?.bytes, query: request.query,
      times: (request.since ?? .min)...(request.until ?? .max))
    core.sessions.forget(
      target, by: core.index.current.normalizer,
      completion: later(timing) { handler, result in
        switch result {
        case .success(let count):
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.forgotten(count, id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }
}

extension Request {
  /// Whether the answer is what a session submitted.
  fileprivate var tellsOfSessions: Bool {
    switch self {
    case .history, .search, .exportEvents: return true
    default: return false
    }
  }

  /// Whether the answer may be much longer than the request, and a refusal loses nothing.
  fileprivate var mayHaveLongAnswer: Bool {
    switch self {
    case .complete, .retrieve, .history, .search, .exportEvents, .blocks, .pins, .boosts, .items:
      return true
    case .record, .outcome, .importEvents, .forget, .block, .unblock, .pin, .unpin, .boost,
      .unboost, .itemsAdd, .itemsRemove, .status, .metrics, .reload, .ping:
      return false
    }
  }
}

extension ServerError {
  /// The code of the error answer.
  fileprivate var code: ErrorCode {
    if case .blockList = self { return .blockListUnavailable }
    return .indexUnavailable
  }
}
