// What each request does.
//
// Every request takes effect in the order in which it was sent: contexts and store are asked at
// once; only answers may come later, and in another order.

internal import NIOCore
internal import QACEngine
internal import QACProtocol
internal import QACSessions
internal import QACText

extension ConnectionHandler {
  /// Carries out one event of the protocol; answers go into the loop's output.
  func carryOut(_ event: ProtocolMachine.Event) {
    switch event {
    case .refused(let error, let ticket):
      loop.metrics.error(error.fault.code)
      machine.refuse(error.fault, ticket, into: &loop.output)
    case .request(_, let ticket) where isQuiescing:
      refuse(
        .shuttingDown, "the daemon is stopping; ask again when it has started anew", ticket)
    case .request(let request, let ticket) where request.mayHaveLongAnswer && holdsTooMuch:
      refuse(
        .busy, "too much is held for clients that do not take it; read, then ask again", ticket)
    case .request(let request, let ticket)
    where request.mayHaveLongAnswer && machine.heldBytes(of: ticket) > Self.maximumBatchBytes:
      refuse(
        .batchTooLarge, "the answers of the batch are too long together; send several batches",
        ticket)
    case .request(let request, let ticket):
      carryOut(request, ticket)
    }
  }

  private func carryOut(_ request: Request, _ ticket: ProtocolMachine.Ticket) {
    let timing = RequestTiming(request, arrived: arrivedAt)
    loop.metrics.began(timing.method, waiting: timing.waiting)
    switch request {
    case .complete(let parameters):
      complete(parameters, timing, ticket)
    case .record(let parameters):
      record(parameters, timing, ticket)
    case .history(let parameters):
      history(parameters, timing, ticket)
    case .forget(let parameters):
      forget(parameters, timing, ticket)
    case .block(let rule):
      change(rule, timing, ticket, isBlock: true)
    case .unblock(let rule):
      change(rule, timing, ticket, isBlock: false)
    case .blocks:
      rules(timing, ticket)
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

  /// A callback for any thread that runs `body` on the event loop, as the end of the request of `timing`,
  /// which is in flight until then.
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

  // MARK: complete

  private func complete(
    _ request: Request.Complete, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let served = core.index.current
    let now = request.at ?? core.clock.now
    switch request.context {
    case .none:
      complete(request, in: SessionContext(), served, at: now, timing, ticket)
    case .previous(let queries):
      longContext = PreviousContext(
        queries: queries, request: request, served: served, time: now, timing: timing,
        ticket: ticket)
      // Mostly it is short.
      if queries.reduce(0, { $0 + $1.count }) <= Self.pieceBytes {
        while longContext != nil { extendContext() }
      }
    case .session(let session):
      let context = core.sessions.context(
        of: session.bytes, by: served.normalizer,
        later: { [weak core, bound = NIOLoopBound(self, eventLoop: eventLoop)] result in
          if case .failure(let error) = result { core?.complain(error) }
          bound.eventLoop.execute {
            bound.value.finish { handler in
              // Without its database a session is as good as new: typing goes on.
              let context = (try? result.get()) ?? SessionContext()
              var timing = timing
              timing.loaded = ServerClock.microseconds
              handler.complete(request, in: context, served, at: now, timing, ticket)
            }
          }
        })
      if let context {
        complete(request, in: context, served, at: now, timing, ticket)
      } else {
        inFlight += 1
      }
    }
  }

  /// Adds the next query to the context that is being made, or completes in it.
  func extendContext() {
    guard var work = longContext.take() else { return }
    if let query = work.nextQuery() {
      let normalized = work.served.normalizer.normalize(query, as: .query)
      if !normalized.isEmpty {
        work.context.record(normalized: normalized, surface: query, at: work.time)
      }
      longContext = work
    } else {
      complete(
        work.request, in: work.context, work.served, at: work.time, work.timing, work.ticket)
    }
  }

  private func complete(
    _ request: Request.Complete, in context: SessionContext, _ served: ServedIndex,
    at time: Int64, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let scratch = loop.scratch(for: served.engine)
    let overlay = loop.live.overlay(of: served.engine)
    request.prefix.withUnsafeBufferPointer { prefix in
      served.engine.complete(
        prefix: prefix, context: context, overlay: overlay, blocks: served.blocked, at: time,
        limit: request.limit ?? core.configuration.defaultLimit, scratch: scratch)
    }
    var end = 0
    machine.reply(to: ticket, into: &loop.output) { id, output in
      var encoder = SuggestionsEncoder(id: id, into: &output)
      for i in 0..<scratch.count {
        scratch.withText(i) { text in
          let source = scratch.source(i).name
          if request.explain {
            encoder.append(
              text: text, score: scratch.score(i), source: source.utf8Buffer,
              isCorrected: scratch.isCorrected(i),
              features: scratch.explain(i, engine: served.engine), into: &output)
          } else {
            encoder.append(
              text: text, score: scratch.score(i), source: source,
              isCorrected: scratch.isCorrected(i), into: &output)
          }
        }
      }
      end = ServerClock.microseconds
      encoder.finish(
        index: served.identity, microseconds: end - timing.start, into: &output)
    }
    // Of a notification nothing is written.
    finished(timing, at: end == 0 ? ServerClock.microseconds : end)
  }

  // MARK: sessions

  private func record(
    _ request: Request.Record, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    core.sessions.record(
      request.query, at: request.at ?? core.clock.now, session: request.session.bytes,
      by: core.index.current.normalizer,
      completion: later(timing) { handler, result in
        switch result {
        case .success:
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.recorded(id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }

  private func history(
    _ request: Request.History, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let limit = request.limit ?? ProtocolLimits.defaultHistoryLimit
    // A byte of text becomes six of JSON at the most.
    let promised = limit * ProtocolLimits.maximumTextBytes * 6
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
              encoder.append(query: event.query, at: event.time, into: &output)
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

/// A completion whose context is being made, query by query: normalising 64 KiB may take a hundred times a turn.
struct PreviousContext {
  let queries: [[UInt8]]
  let request: Request.Complete
  let served: ServedIndex
  let time: Int64
  let timing: RequestTiming
  let ticket: ProtocolMachine.Ticket
  var context = SessionContext()
  private var next = 0

  init(
    queries: [[UInt8]], request: Request.Complete, served: ServedIndex, time: Int64,
    timing: RequestTiming, ticket: ProtocolMachine.Ticket
  ) {
    self.queries = queries
    self.request = request
    self.served = served
    self.time = time
    self.timing = timing
    self.ticket = ticket
  }

  mutating func nextQuery() -> [UInt8]? {
    guard next < queries.count else { return nil }
    defer { next += 1 }
    return queries[next]
  }
}

extension Request {
  /// Whether its answer may be much longer than the request, and nothing is lost if it is refused.
  fileprivate var mayHaveLongAnswer: Bool {
    switch self {
    case .complete, .history, .blocks: return true
    case .record, .forget, .block, .unblock, .status, .metrics, .reload, .ping: return false
    }
  }
}

extension ServerError {
  /// The code of an answer that tells of it.
  fileprivate var code: ErrorCode {
    if case .blockList = self { return .blockListUnavailable }
    return .indexUnavailable
  }
}

extension StaticString {
  fileprivate var utf8Buffer: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
