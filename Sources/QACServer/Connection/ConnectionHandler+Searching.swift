// What `search` does, and what a `complete` does that asks for last uses.
//
// Both look into everything that the session submitted, which the store does on a queue of its own.
// So a `complete` that asks for last uses is answered later than others; one that does not ask
// takes none of this.

internal import NIOCore
internal import QACProtocol
internal import QACSessions

extension ConnectionHandler {
  /// Answers a page of hits.
  func search(
    _ request: Request.Search, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    var after: HistorySearch.Position?
    if let bytes = request.before {
      after = SearchCursor.position(bytes)
      if after == nil {
        finished(timing)
        return refuse(
          .invalidParams, "params.before must be what a search answered as next; correct it",
          ticket)
      }
    }
    let limit = request.limit ?? ProtocolLimits.defaultHistoryLimit
    // One byte of text becomes at most six of JSON.
    let promised = limit * Self.historyTextBytes * 6
    promisedBytes += promised
    core.store.search(
      HistorySearch(
        session: request.session.bytes, query: request.query, limit: limit, after: after,
        place: request.place?.bytes),
      completion: later(timing) { handler, result in
        handler.promisedBytes -= promised
        switch result {
        case .success(let found):
          let page = SearchPage(
            hits: found.hits.map { .init(query: $0.query, last: LastUse($0)) },
            next: found.next.map { SearchCursor.text($0) })
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.found(page, id: id, into: &output)
          }
        case .failure(let error):
          handler.refuse(error, ticket)
        }
      })
  }

  /// Answers a `complete` when the last uses of its suggestions are known. Without the database it
  /// is answered without them.
  func answer(
    _ pending: PendingSuggestions, lastUsesOf texts: [[UInt8]], in session: SessionName,
    _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    promisedBytes += pending.bytes.count
    core.store.lastUses(
      of: texts, in: session.bytes,
      completion: later(timing) { handler, result in
        handler.promisedBytes -= pending.bytes.count
        if case .failure(let error) = result { handler.core.complain(error) }
        let last = (try? result.get()) ?? []
        handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
          pending.finish(last.map { $0.map { LastUse($0) } }, id: id, into: &output)
        }
      })
  }
}

/// Where a page of `search` begins: the rank, time and number of the hit before it.
private enum SearchCursor {
  static func text(_ position: HistorySearch.Position) -> [UInt8] {
    Array("\(position.rank).\(position.time).\(position.sequence)".utf8)
  }

  static func position(_ text: [UInt8]) -> HistorySearch.Position? {
    let parts = String(decoding: text, as: UTF8.self)
      .split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count == 3, let rank = parts[0], let time = parts[1], let sequence = parts[2]
    else { return nil }
    return HistorySearch.Position(rank: rank, time: time, sequence: sequence)
  }
}

extension LastUse {
  /// What the store knows, as the protocol says it.
  fileprivate init(_ hit: HistoryHit) {
    let known = Request.Circumstances(
      StoredCircumstances(place: hit.place, outcome: hit.outcome))
    self.init(at: hit.time, uses: hit.uses, place: known.place, outcome: known.outcome)
  }
}
