// What the connections of one event loop share: used on that loop only.

internal import NIOCore
internal import QACEngine

/// Working memory of one event loop.
final class LoopState {
  let metrics: Metrics
  /// Answers on their way into a buffer; empty between two calls of a handler.
  var output: [UInt8] = []

  private var scratch: (engine: CompletionEngine, memory: CompletionScratch)?

  init(metrics: Metrics) {
    self.metrics = metrics
  }

  /// Working memory for completions of `engine`: the same until another engine asks.
  func scratch(for engine: CompletionEngine) -> CompletionScratch {
    if let scratch, scratch.engine === engine { return scratch.memory }
    let memory = CompletionScratch(engine: engine)
    scratch = (engine, memory)
    return memory
  }

  /// One state for each event loop of `group`.
  static func makeAll(
    for group: any EventLoopGroup, metrics: [Metrics]
  ) async throws -> [ObjectIdentifier: NIOLoopBound<LoopState>] {
    var states: [ObjectIdentifier: NIOLoopBound<LoopState>] = [:]
    for (loop, metrics) in zip(group.makeIterator(), metrics) {
      states[ObjectIdentifier(loop)] = try await loop.submit {
        NIOLoopBound(LoopState(metrics: metrics), eventLoop: loop)
      }.get()
    }
    return states
  }
}
