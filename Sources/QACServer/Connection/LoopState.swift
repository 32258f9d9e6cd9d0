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
  /// Whose turn it is.
  let turns: LoopTurns<ConnectionHandler>

  private let number: Int
  private let workplaces: Workplaces
  private var scratch: (engine: CompletionEngine, memory: CompletionScratch)?

  private init(
    _ number: Int, core: ServerCore, turns: LoopTurns<ConnectionHandler>,
    afterLooking: @escaping (@escaping () -> Void) -> Void
  ) {
    self.number = number
    self.turns = turns
    metrics = core.metrics[number]
    live = LiveView(core.live, loop: number)
    workplaces = core.workplaces
    live.whenForgotten = { [unowned self] in wipe() }
    live.later = { [unowned self] in afterLooking { [self] in live.comeBack() } }
  }

  /// Overwrites what the last requests left in memory: between two calls of a handler.
  private func wipe() {
    scratch?.memory.wipe()
    output.wipe()
  }

  /// Working memory for completions of `engine`: the same until another engine asks.
  func scratch(for engine: CompletionEngine) -> CompletionScratch {
    if let scratch, scratch.engine === engine { return scratch.memory }
    let memory = workplaces.take(for: engine, loop: number) ?? CompletionScratch(engine: engine)
    scratch = (engine, memory)
    return memory
  }

  /// Takes the working memory for `engine` if it was made already, and lets go of that of another.
  func change(to engine: CompletionEngine) {
    if scratch?.engine === engine { return }
    scratch = workplaces.take(for: engine, loop: number).map { (engine, $0) }
  }

  /// The turns of `loop`, which is the one that this is called on.
  ///
  /// - Parameters:
  ///   - of: Who takes them.
  ///   - loop: The event loop.
  ///   - pause: How long the loop waits between two rounds; nil for a loop whose time stands still.
  ///   - now: Microseconds since some moment.
  /// - Returns: Turns that are to be used on `loop`.
  static func makeTurns<Taker: TurnTaker>(
    of: Taker.Type, on loop: any EventLoop, pause: TimeAmount?,
    now: @escaping () -> Int = { ServerClock.microseconds }
  ) -> LoopTurns<Taker> {
    let afterLooking = afterLooking(on: loop, pause: pause)
    let isolated = loop.assumeIsolated()
    return LoopTurns(now: now) { moment, round in
      switch moment {
      case .soon: isolated.execute(round)
      case .afterLooking: afterLooking(round)
      }
    }
  }

  /// Has work run on `loop` when it has looked for what has come.
  ///
  /// A loop runs tasks until none is due before it looks, so one that asks for the next at once keeps it from looking.
  private static func afterLooking(
    on loop: any EventLoop, pause: TimeAmount?
  ) -> (@escaping () -> Void) -> Void {
    let isolated = loop.assumeIsolated()
    return { work in
      if let pause {
        isolated.scheduleTask(in: pause, work)
      } else {
        isolated.execute(work)
      }
    }
  }

  /// The state of `loop`, loop `number` of the daemon.
  ///
  /// - Parameters:
  ///   - loop: The event loop.
  ///   - number: Its number, from 0.
  ///   - core: What all loops share.
  ///   - pause: As `makeTurns` takes it.
  ///   - now: Microseconds since some moment.
  /// - Returns: The state, to be used on `loop`.
  /// - Throws: What the loop says when it is shut down already.
  static func make(
    for loop: any EventLoop, _ number: Int, core: ServerCore,
    pause: TimeAmount? = .microseconds(TurnLimits.pauseMicroseconds),
    now: @escaping @Sendable () -> Int = { ServerClock.microseconds }
  ) async throws -> NIOLoopBound<LoopState> {
    let state = try await loop.submit {
      let turns = makeTurns(of: ConnectionHandler.self, on: loop, pause: pause, now: now)
      let state = LoopState(
        number, core: core, turns: turns, afterLooking: afterLooking(on: loop, pause: pause))
      return NIOLoopBound(state, eventLoop: loop)
    }.get()
    core.live.attach { loop.execute { state.value.live.goOn() } }
    core.workplaces.attach { engine, done in
      loop.execute {
        state.value.change(to: engine)
        done()
      }
    }
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
