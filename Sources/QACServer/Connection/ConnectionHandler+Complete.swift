// What `complete` and `retrieve` do: they find the context, ask the engine and write what it found.
//
// The context is empty, or made of the queries in the request, or that of a session. A session that
// is not in memory is loaded first; the connection's other requests go on meanwhile.
// Cost: the engine's, and one copy of each suggestion into the answer.

internal import NIOCore
internal import QACEngine
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions
internal import QACText

/// A request that is answered in a context.
enum Question: Sendable {
  case complete(Request.Complete)
  case retrieve(Request.Retrieve)

  var context: Request.Context {
    switch self {
    case .complete(let request): return request.context
    case .retrieve(let request): return request.context
    }
  }

  /// Unix seconds; nil for the daemon's own time.
  var at: Int64? {
    switch self {
    case .complete(let request): return request.at
    case .retrieve(let request): return request.at
    }
  }
}

extension ConnectionHandler {
  /// Finds the context of a question, and answers it.
  func ask(
    _ question: Question, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let served = core.index.current
    let now = question.at ?? core.clock.now
    switch question.context {
    case .none:
      answer(question, in: SessionContext(), from: served, at: now, timing, ticket)
    case .previous(let queries):
      longContext = PreviousContext(
        queries: queries, question: question, served: served, time: now, timing: timing,
        ticket: ticket)
      // A short one, the usual case, is made at once.
      if queries.reduce(0, { $0 + $1.count }) <= Self.pieceBytes {
        while longContext != nil { extendContext() }
      }
    case .session where !core.store.isCurrent:
      // What was deleted elsewhere may still be here.
      answer(question, in: SessionContext(), from: served, at: now, timing, ticket)
    case .session(let session):
      if let context = core.sessions.known(session.bytes, by: served.normalizer) {
        answer(question, in: context, from: served, at: now, timing, ticket)
      } else {
        load(session, for: question, from: served, at: now, timing, ticket)
      }
    }
  }

  /// Loads a session, then answers in its context.
  private func load(
    _ session: SessionName, for question: Question, from served: ServedIndex, at now: Int64,
    _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let context = core.sessions.context(
      of: session.bytes, by: served.normalizer,
      later: { [weak core, bound = NIOLoopBound(self, eventLoop: eventLoop)] result in
        if case .failure(let error) = result { core?.complain(error) }
        bound.eventLoop.execute {
          bound.value.finish { handler in
            // If the database failed, the session is treated as new, and completions go on.
            let context = (try? result.get()) ?? SessionContext()
            var timing = timing
            timing.loaded = ServerClock.microseconds
            handler.answer(question, in: context, from: served, at: now, timing, ticket)
          }
        }
      })
    if let context {
      answer(question, in: context, from: served, at: now, timing, ticket)
    } else {
      inFlight += 1
    }
  }

  /// Adds the next query to the long context, or answers in it when all are added.
  func extendContext() {
    guard var work = longContext.take() else { return }
    if let query = work.nextQuery() {
      let normalized = work.served.normalizer.normalize(query, as: .query)
      if !normalized.isEmpty {
        work.context.record(normalized: normalized, surface: query, at: work.time)
      }
      longContext = work
    } else {
      answer(
        work.question, in: work.context, from: work.served, at: work.time, work.timing,
        work.ticket)
    }
  }

  private func answer(
    _ question: Question, in context: SessionContext, from served: ServedIndex, at time: Int64,
    _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    switch question {
    case .complete(let request):
      complete(request, in: context, from: served, at: time, timing, ticket)
    case .retrieve(let request):
      retrieve(request, in: context, from: served, at: time, timing, ticket)
    }
  }

  private func complete(
    _ request: Request.Complete, in context: SessionContext, from served: ServedIndex,
    at time: Int64, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let memory = loop.memory(for: served)
    let scratch = memory.completion
    let isCurrent = core.store.isCurrent
    let overlay = isCurrent ? loop.live.overlay(of: served.engine) : nil
    let situation = Situation(thread: request.thread?.bytes, place: request.place?.bytes)
    request.prefix.withUnsafeBufferPointer { prefix in
      served.engine.complete(
        prefix: prefix, context: context, overlay: overlay, blocks: served.blocked,
        rules: served.ranking, at: time, in: situation,
        limit: request.limit ?? core.configuration.defaultLimit, scratch: scratch)
    }
    if let limit = request.items {
      if scratch.count > 0 {
        scratch.withText(0) { text in
          served.retrieve(text, limit: limit, in: context, at: time, situation, memory)
        }
      } else {
        request.prefix.withUnsafeBufferPointer { prefix in
          served.retrieve(prefix, limit: limit, in: context, at: time, situation, memory)
        }
      }
    }
    if request.last, isCurrent, case .session(let session) = request.context {
      var pending = PendingSuggestions()
      var texts: [[UInt8]] = []
      write(
        request, memory, context, served, timing, id: .null, into: &pending.bytes
      ) { text, end in
        pending.ends.append(end)
        texts.append(Array(text))
      }
      return answer(pending, lastUsesOf: texts, in: session, timing, ticket)
    }
    var end = 0
    machine.reply(to: ticket, into: &loop.output) { id, output in
      end = write(request, memory, context, served, timing, id: id, into: &output)
    }
    // A notification gets no answer; then `end` was not set.
    finished(timing, at: end == 0 ? ServerClock.microseconds : end)
  }

  /// Writes an answer.
  ///
  /// - Parameters:
  ///   - request: What was asked.
  ///   - memory: Holds the suggestions and items.
  ///   - context: The session's queries, some of which may have failed.
  ///   - served: What found them.
  ///   - timing: When the request's turn came.
  ///   - id: The answer's id.
  ///   - output: Where to write.
  ///   - note: Called after each suggestion with its text and the position of its closing brace.
  /// - Returns: When it was done.
  @discardableResult
  private func write(
    _ request: Request.Complete, _ memory: LoopMemory, _ context: borrowing SessionContext,
    _ served: ServedIndex, _ timing: RequestTiming, id: RequestID, into output: inout [UInt8],
    _ note: (UnsafeBufferPointer<UInt8>, Int) -> Void = { _, _ in }
  ) -> Int {
    let scratch = memory.completion
    var encoder = SuggestionsEncoder(id: id, into: &output)
    for i in 0..<scratch.count {
      let hasFailed = scratch.hasFailed(i, in: context)
      scratch.withText(i) { text in
        let source = scratch.source(i).name
        let match = Completion.Match(scratch.match(i))
        if request.explain {
          encoder.append(
            text: text, score: scratch.score(i), source: source.utf8Buffer, match: match,
            hasFailed: hasFailed, features: scratch.explain(i, engine: served.engine),
            into: &output)
        } else {
          encoder.append(
            text: text, score: scratch.score(i), source: source, match: match,
            hasFailed: hasFailed, into: &output)
        }
        note(text, output.count - 1)
      }
    }
    guard request.items != nil else {
      let end = ServerClock.microseconds
      encoder.finish(index: served.identity, microseconds: end - timing.start, into: &output)
      return end
    }
    var items = ItemsEncoder(after: encoder, into: &output)
    items.append(memory.retrieval, explain: request.explain, into: &output)
    let end = ServerClock.microseconds
    items.finish(index: served.identity, microseconds: end - timing.start, into: &output)
    return end
  }
}

/// A question and the part of its context that is made so far.
///
/// The context is made query by query, since normalising 64 KiB may take a hundred times as long as
/// a turn.
struct PreviousContext {
  let queries: [[UInt8]]
  let question: Question
  let served: ServedIndex
  let time: Int64
  let timing: RequestTiming
  let ticket: ProtocolMachine.Ticket
  var context = SessionContext()
  private var next = 0

  init(
    queries: [[UInt8]], question: Question, served: ServedIndex, time: Int64,
    timing: RequestTiming, ticket: ProtocolMachine.Ticket
  ) {
    self.queries = queries
    self.question = question
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

extension Completion.Match {
  /// What the engine found, as the protocol says it.
  fileprivate init(_ match: SuggestionMatch) {
    switch match {
    case .prefix: self = .prefix
    case .words: self = .words
    case .corrected: self = .corrected
    case .synonyms: self = .synonyms
    }
  }
}

extension StaticString {
  fileprivate var utf8Buffer: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
  }
}
