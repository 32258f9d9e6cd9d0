// What the connections of one event loop share. Invariant: used only on that loop.

internal import NIOCore
internal import QACBinary
internal import QACEngine

/// The state of one event loop.
final class LoopState {
  let metrics: Metrics
  /// This loop's overlays: what was submitted since the index was built.
  let live: LiveView
  /// Answers that are being written; empty between two calls of a handler.
  var output: [UInt8] = []
  /// The turns of the loop's connections.
  let turns: LoopTurns<ConnectionHandler>

  private let number: Int
  private let workplaces: Workplaces
  private var memory: LoopMemory?

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

  /// Overwrites what the last requests left in memory; called between two calls of a handler.
  private func wipe() {
    memory?.wipe()
    output.wipe()
    wipeStack()
  }

  /// Working memory for requests to `served`; the same one until it is asked for another index.
  func memory(for served: ServedIndex) -> LoopMemory {
    if let memory, memory.engine === served.engine { return memory }
    let fresh =
      workplaces.take(for: served.engine, loop: number) ?? LoopMemory(for: served)
    memory = fresh
    return fresh
  }

  /// Takes the working memory prepared for `engine`, if there is one, and releases that of another
  /// engine.
  func change(to engine: CompletionEngine) {
    if memory?.engine === engine { return }
    memory = workplaces.take(for: engine, loop: number)
  }

  /// Makes the turns of `loop`; must be called on it.
  ///
  /// - Parameters:
  ///   - of: The type that takes turns.
  ///   - loop: The event loop.
  ///   - pause: How long the loop waits between two rounds; nil for a test's loop, where time
  ///     stands still.
  ///   - now: Microseconds since some moment.
  /// - Returns: The turns, for use on `loop` only.
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

  /// Makes a function that runs work on `loop` after the loop has polled its sockets.
  ///
  /// A loop runs all tasks that are due before it polls. A task that schedules the next one at once
  /// would keep it from polling.
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

  /// Makes the state of `loop`, which is loop `number` of the daemon.
  ///
  /// - Parameters:
  ///   - loop: The event loop.
  ///   - number: Its number, from 0.
  ///   - core: What all loops share.
  ///   - pause: As for `makeTurns`.
  ///   - now: Microseconds since some moment.
  /// - Returns: The state, for use on `loop` only.
  /// - Throws: The loop's error if it is already shut down.
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

  /// Makes one state for each event loop of `group`.
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
