// What the connections of one event loop share: used on that loop only.

internal import NIOCore
internal import QACBinary
internal import QACEngine

/// Working memory of one event loop.
final class LoopState {
  let metrics: Metrics
  /// What was submitted since the index was built.
  let live: LiveView
  /// Answers on their way into a buffer; empty between two calls of a handler.
  var output: [UInt8] = []

  private var scratch: (engine: CompletionEngine, memory: CompletionScratch)?

  private init(_ number: Int, core: ServerCore, loop: any EventLoop) {
    metrics = core.metrics[number]
    live = LiveView(core.live, loop: number)
    live.whenForgotten = { [unowned self] in wipe() }
    live.later = { [unowned self] in
      let state = NIOLoopBound(self, eventLoop: loop)
      loop.execute { state.value.live.goOn() }
    }
  }

  /// Overwrites what the last requests left in memory: between two calls of a handler.
  private func wipe() {
    scratch?.memory.wipe()
    output.wipe()
  }

  /// Working memory for completions of `engine`: the same until another engine asks.
  func scratch(for engine: CompletionEngine) -> CompletionScratch {
    if let scratch, scratch.engine === engine { return scratch.memory }
    let memory = CompletionScratch(engine: engine)
    scratch = (engine, memory)
    return memory
  }

  /// The state of `loop`, loop `number` of the daemon.
  static func make(
    for loop: any EventLoop, _ number: Int, core: ServerCore
  ) async throws -> NIOLoopBound<LoopState> {
    let state = try await loop.submit {
      NIOLoopBound(LoopState(number, core: core, loop: loop), eventLoop: loop)
    }.get()
    core.live.attach { loop.execute { state.value.live.catchUp() } }
    return state
  }

  /// One state for each event loop of `group`.
  static func makeAll(
    for group: any EventLoopGroup, core: ServerCore
  ) async throws -> [ObjectIdentifier: NIOLoopBound<LoopState>] {
    var states: [ObjectIdentifier: NIOLoopBound<LoopState>] = [:]
    for (number, loop) in group.makeIterator().enumerated() {
      states[ObjectIdentifier(loop)] = try await make(for: loop, number, core: core)
    }
    return states
  }
}
