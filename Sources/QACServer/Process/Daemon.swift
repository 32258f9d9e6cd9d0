// The daemon as a service: opens its files, listens, and stops without losing an answer.
//
//     try await Daemon.serve(configuration, logger: logger)
//
// Start: the index and the database are opened (`init`) before the socket is made (`run`), so every
// client that can connect is served.
// Stop: no further connection is accepted, every connection gets its answers and is closed, the
// store finishes and closes, and the socket is removed.

internal import Dispatch
public import Logging
internal import NIOCore
internal import NIOExtras
internal import NIOPosix
internal import QACSessions
public import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// A query-completion daemon on a Unix socket.
public final class Daemon: Service {
  private let core: ServerCore
  private let whenServing: @Sendable () -> Void

  /// Opens the index and the database; nothing is served yet.
  ///
  /// - Throws: `ServerError`.
  public convenience init(configuration: ServerConfiguration, logger: Logger) throws(ServerError) {
    self.init(core: try ServerCore(configuration: configuration, logger: logger))
  }

  /// Makes a daemon on an opened core; `whenServing` is called once the socket answers.
  init(core: ServerCore, whenServing: @escaping @Sendable () -> Void = {}) {
    self.core = core
    self.whenServing = whenServing
  }

  /// Serves until SIGTERM or SIGINT; SIGHUP reloads the index and the block list.
  ///
  /// - Throws: `ServerError` when it cannot start.
  public static func serve(_ configuration: ServerConfiguration, logger: Logger) async throws {
    let daemon = try Daemon(configuration: configuration, logger: logger)
    var quiet = logger
    // The service group stays silent: the caller reports errors, once.
    quiet.logLevel = .critical
    var group = ServiceGroupConfiguration(
      services: [.init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    group.maximumGracefulShutdownDuration = .seconds(configuration.stopSeconds)
    try await ServiceGroup(configuration: group).run()
  }

  /// Listens and serves until the service group is asked to stop.
  ///
  /// - Throws: `ServerError` when the socket cannot be made.
  public func run() async throws {
    let handedOver = try ServiceManager.takeSocket()
    let isShared = !core.configuration.allowedUsers.isEmpty
    let file =
      handedOver == nil
      ? try SocketFile(path: core.configuration.socketPath, isShared: isShared) : nil
    guard let descriptor = handedOver ?? file?.descriptor else { return }
    let metricsFile: SocketFile?
    do {
      metricsFile = try core.configuration.metricsSocketPath.map {
        path throws(ServerError) in try SocketFile(path: path, isShared: isShared)
      }
    } catch {
      file?.remove()
      throw error
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: core.metrics.count)
    let result: Result<Void, any Error>
    do {
      let name = handedOver == nil ? core.configuration.socketPath : "handed over"
      let states = try await LoopState.makeAll(for: group, core: core)
      if let metricsFile { try await listen(metricsFile.descriptor, forMetricsOn: group, states) }
      let idle = IdleExit(core: core, file: file, descriptor: descriptor, group: group)
      result = .success(try await serve(descriptor, name, on: group, states, idle))
    } catch {
      result = .failure(error)
    }
    file?.remove()
    metricsFile?.remove()
    await closeStore()
    core.live.detach()
    core.workplaces.detach()
    try await group.shutdownGracefully()
    core.logger.info("stopped")
    try result.get()
  }

  private typealias States = [ObjectIdentifier: NIOLoopBound<LoopState>]

  private func serve(
    _ descriptor: Int32, _ name: String, on group: MultiThreadedEventLoopGroup,
    _ states: States, _ idle: IdleExit?
  ) async throws {
    let quiescing = ServerQuiescingHelper(group: group)
    ServiceManager.prepare()
    // Signals and timers need descriptors when they are first used, and their library ends the
    // process if there are none. So they are used once before clients can take the last
    // descriptors.
    let hangUps = await UnixSignalsSequence(trapping: .sighup)
    try await Task.sleep(for: .milliseconds(1))
    let channel = try await listen(descriptor, on: group, quiescing, states)
    let closed = group.any().makePromise(of: Void.self)
    let isStopping = Atomic(false)
    channel.closeFuture.whenComplete { [core] _ in
      // If we closed the channel, the quiescing helper keeps the promise after every connection is
      // closed.
      if !isStopping.load(ordering: .acquiring) {
        closed.fail(ServerError.socketLost(path: core.configuration.socketPath))
      }
    }
    var metadata = core.index.current.logMetadata
    metadata["socket"] = "\(name)"
    metadata["pid"] = "\(ProcessID.current)"
    core.logger.info("serving", metadata: metadata)
    if !core.index.current.hasIndex {
      core.logger.notice(
        "there is no index yet: completions come from what is submitted",
        metadata: ["path": "\(core.configuration.indexPath)"])
    }
    ServiceManager.notify(.ready)
    whenServing()

    try await withThrowingTaskGroup(of: Void.self) { [core] tasks in
      tasks.addTask { await Self.reload(core, on: hangUps) }
      tasks.addTask { await Self.keepHouse(core, group) }
      if let idle { tasks.addTask { await idle.run() } }
      defer { tasks.cancelAll() }
      try await withTaskCancellationHandler {
        try await withGracefulShutdownHandler {
          try await closed.futureResult.get()
        } onGracefulShutdown: {
          core.logger.info("stopping", metadata: ["connections": "\(core.connections.count)"])
          ServiceManager.notify(.stopping)
          isStopping.store(true, ordering: .releasing)
          quiescing.initiateShutdown(promise: closed)
        }
      } onCancel: {
        // A client that has not taken its answers by now does not get them.
        isStopping.store(true, ordering: .releasing)
        quiescing.initiateShutdown(promise: closed)
        core.connections.closeAll()
      }
    }
  }

  private static func reload(_ core: ServerCore, on hangUps: UnixSignalsSequence) async {
    for await _ in hangUps {
      ServiceManager.notify(.reloading)
      core.reload { _ in ServiceManager.notify(.ready) }
    }
  }

  /// Does the housekeeping until it is cancelled.
  private static func keepHouse(_ core: ServerCore, _ group: MultiThreadedEventLoopGroup) async {
    let housekeeper = Housekeeper(core: core)
    // Twice as often as the manager asks (sd_watchdog_enabled(3)), but not more often than the
    // rest.
    let watchdog = ServiceManager.watchdogSeconds.map { $0 / 2 }
    var sinceReport = 0.0
    while !Task.isCancelled {
      housekeeper.step(at: core.clock.now)
      if let watchdog, sinceReport >= watchdog {
        Housekeeper.report(group)
        sinceReport = 0
      }
      let pause = min(1, watchdog ?? 1)
      do { try await Task.sleep(for: .seconds(pause)) } catch { return }
      sinceReport += pause
    }
  }

  private static func state(of channel: any Channel, _ states: States) -> LoopState {
    guard let state = states[ObjectIdentifier(channel.eventLoop)] else {
      preconditionFailure("a connection on an event loop of another group")
    }
    return state.value
  }

  /// Answers scrapers until the group is shut down.
  private func listen(
    _ descriptor: Int32, forMetricsOn group: MultiThreadedEventLoopGroup, _ states: States
  ) async throws {
    let connections = MetricsConnections()
    _ = try await ServerBootstrap(group: group)
      .serverChannelOption(.maxMessagesPerRead, value: UInt(AcceptGate.batch))
      .serverChannelInitializer { [core] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AcceptGate(core: core, limit: MetricsHandler.maximumConnections + 1))
        }
      }
      .childChannelInitializer { [core] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            MetricsHandler(
              core: core, loop: Self.state(of: channel, states), connections: connections))
        }
      }
      .withBoundSocket(descriptor)
      .get()
  }

  private func listen(
    _ descriptor: Int32, on group: MultiThreadedEventLoopGroup,
    _ quiescing: ServerQuiescingHelper, _ states: States
  ) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.maxMessagesPerRead, value: UInt(AcceptGate.batch))
      .serverChannelInitializer { [core] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            quiescing.makeServerChannelHandler(channel: channel),
            // One more than are served: it is accepted to be told that there are too many.
            AcceptGate(core: core, limit: core.configuration.maximumConnections + 1),
          ])
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // One read per poll, so that a client that sends much does not keep the loop from the others.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { [core] channel in
        channel.eventLoop.makeCompletedFuture {
          let state = Self.state(of: channel, states)
          try channel.pipeline.syncOperations.addHandlers([
            ConnectionGate(core: core),
            ConnectionHandler(core: core, loop: state, eventLoop: channel.eventLoop),
          ])
        }
      }
      .withBoundSocket(descriptor)
      .get()
  }

  /// Closes the store on a thread that may block.
  private func closeStore() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [core] in
        core.store.close()
        continuation.resume()
      }
    }
  }
}
