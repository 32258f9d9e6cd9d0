// What `retrieve`, `items.add` and `items.remove` do.
//
// Cost of a retrieval: the engine's, and one copy of each item into the answer.

internal import Logging
internal import QACEngine
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions

extension ServedIndex {
  /// Finds the items of `query` into the working memory; without items in the index there is none.
  func retrieve(
    _ query: UnsafeBufferPointer<UInt8>, limit: Int, in context: SessionContext, at time: Int64,
    _ situation: Situation, _ memory: LoopMemory
  ) {
    guard let items, let scratch = memory.retrieval else { return }
    context.withPreviousSurface(at: time, in: situation) { previous in
      items.engine.retrieve(
        query: query, limit: limit, previous: previous, added: items.added, hidden: items.hidden,
        scratch: scratch)
    }
  }
}

extension ConnectionHandler {
  /// Answers `retrieve` in a context.
  func retrieve(
    _ request: Request.Retrieve, in context: SessionContext, from served: ServedIndex,
    at time: Int64, _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    let memory = loop.memory(for: served)
    request.query.withUnsafeBufferPointer { query in
      served.retrieve(
        query, limit: request.limit ?? core.configuration.defaultLimit, in: context, at: time,
        Situation(thread: request.thread?.bytes), memory)
    }
    var end = 0
    machine.reply(to: ticket, into: &loop.output) { id, output in
      var encoder = ItemsEncoder(id: id, into: &output)
      encoder.append(memory.retrieval, explain: request.explain, into: &output)
      end = ServerClock.microseconds
      encoder.finish(index: served.identity, microseconds: end - timing.start, into: &output)
    }
    // A notification gets no answer; then `end` was not set.
    finished(timing, at: end == 0 ? ServerClock.microseconds : end)
  }

  /// Adds items.
  func add(
    _ items: [Request.Item], _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket
  ) {
    core.index.addItems(
      items.map { StoredItem($0) }, in: core.store,
      completion: later(timing) { handler, result in
        switch result {
        case .success(let counts):
          handler.core.logger.info(
            "items added",
            metadata: ["added": "\(counts.added)", "replaced": "\(counts.replaced)"])
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.itemsAdded(counts, id: id, into: &output)
          }
        case .failure(let refusal):
          handler.refuse(refusal, ticket)
        }
      })
  }

  /// Takes items out.
  func remove(_ ids: [ItemID], _ timing: RequestTiming, _ ticket: ProtocolMachine.Ticket) {
    core.index.removeItems(
      ids.map(\.bytes), in: core.store,
      completion: later(timing) { handler, result in
        switch result {
        case .success(let count):
          if count > 0 {
            handler.core.logger.info("items removed", metadata: ["removed": "\(count)"])
          }
          handler.machine.reply(to: ticket, into: &handler.loop.output) { id, output in
            ResponseEncoder.itemsRemoved(count, id: id, into: &output)
          }
        case .failure(let refusal):
          handler.refuse(refusal, ticket)
        }
      })
  }

  private func refuse(_ refusal: IndexHolder.ItemRefusal, _ ticket: ProtocolMachine.Ticket) {
    switch refusal {
    case .tooMany(let limit):
      refuse(
        .invalidParams,
        "there would be more than \(limit) added and removed items, or more than "
          + "\(ItemChanges.maximumBytes >> 20) MiB of them; remove some, or build an index of them",
        ticket)
    case .store(let error):
      refuse(error, ticket)
    }
  }
}

extension ItemsEncoder {
  /// Appends the items of the last retrieval; none if there is no working memory, because the index
  /// has no items.
  mutating func append(
    _ scratch: RetrievalScratch?, explain: Bool, into output: inout [UInt8]
  ) {
    guard let scratch else { return }
    for i in 0..<scratch.count {
      let score = scratch.score(i)
      scratch.withItem(i) { id, title, payload in
        if explain {
          var features: [(name: String, value: Double, weight: Double)] = []
          scratch.forEachFeature(i) { features.append(("\($0)", $1, $2)) }
          append(
            id: id, title: title, payload: payload, score: score, arm: scratch.arm(i).name,
            features: features, into: &output)
        } else {
          append(id: id, title: title, payload: payload, score: score, into: &output)
        }
      }
    }
  }
}

extension RetrievalOptions.Arm {
  /// The name on the wire.
  fileprivate var name: StaticString {
    switch self {
    case .tree: return "tree"
    case .lexical: return "lexical"
    case .neighbours: return "neighbours"
    }
  }
}
