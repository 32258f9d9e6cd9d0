// What all connections share. Everything in it may be used from any event loop.

internal import Dispatch
internal import Logging
internal import NIOCore
internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The daemon without its sockets.
final class ServerCore: Sendable {
  let configuration: ServerConfiguration
  let index: IndexHolder
  let store: SessionStore
  let sessions: SessionCache
  /// What was submitted since the index was built, for every event loop.
  let live: LiveFeed
  let clock: ServerClock
  let logger: Logger
  let connections = ConnectionRegistry()
  /// The counters of each event loop.
  let metrics: [Metrics]
  /// About the bytes that connections hold for clients that have not taken them.
  let held = Atomic(0)

  private let startedAt = ServerClock.microseconds
  private let lastComplaint = Mutex<Int64>(.min)

  /// Opens the index and the database.
  init(
    configuration: ServerConfiguration, logger: Logger, clock: ServerClock = ServerClock()
  ) throws(ServerError) {
    self.configuration = configuration
    self.logger = logger
    self.clock = clock
    index = try IndexHolder(
      path: configuration.indexPath, blockListPath: configuration.blockListPath)
    do throws(SessionStoreError) {
      store = try SessionStore(
        path: configuration.databasePath, busySeconds: configuration.databaseBusySeconds)
      index.adopt(try store.rules())
      live = LiveFeed(
        loops: max(1, configuration.loops),
        settings: LiveFeed.Settings(
          capacity: max(0, configuration.liveEvents),
          sessionsNeeded: max(1, configuration.liveSessions)))
    } catch {
      throw .database(error)
    }
    sessions = SessionCache(
      store: store, live: live, capacity: configuration.cachedSessions,
      bytes: configuration.cachedBytes)
    metrics = (0..<max(1, configuration.loops)).map { _ in Metrics() }
    store.whenReplaced { [weak self] in self?.renew() }
    readRecent()
  }

  /// Learns anew what the database holds, after another one has taken its place.
  private func renew() {
    sessions.dropAll()
    index.inTurn { [self] in
      do throws(SessionStoreError) {
        index.adopt(try store.rules())
      } catch {
        complain(error)
      }
      adopt(index.current)
    }
    logger.notice("another database has taken the place of the one that was open")
  }

  /// Has the overlays of the first index made, and waits for that, but not long.
  private func readRecent() {
    let done = DispatchSemaphore(value: 0)
    index.inTurn { [self] in
      adopt(index.current)
      done.signal()
    }
    _ = done.wait(timeout: .now() + configuration.liveStartSeconds)
  }

  /// Hands the loops overlays of `fresh`.
  private func adopt(_ fresh: ServedIndex) {
    do throws(SessionStoreError) {
      try live.adopt(fresh, from: store)
    } catch {
      // The index is good: it is served without what was submitted before. A store that was closed
      // meanwhile belongs to a daemon that stops.
      if error != .closed { complain(error) }
    }
  }

  /// Loads the index and the block list anew, tells the log, and then `completion`.
  ///
  /// With `force` an index that is older or of another profile is taken as well.
  func reload(
    force: Bool = false, _ completion: @escaping IndexHolder.Completion = { _ in }
  ) {
    index.reload(
      force: force, welcome: { [self] in adopt($0) }, retire: { [live] in live.retire($0) }
    ) { [logger] result in
      switch result {
      case .success(let index):
        logger.info("index reloaded", metadata: index.logMetadata)
      case .failure(let error):
        logger.error(
          "not reloaded, the old index and rules serve on", metadata: ["reason": "\(error)"])
      }
      completion(result)
    }
  }

  /// Tells the log of a failure of the database, at most once in ten seconds.
  func complain(_ error: SessionStoreError) {
    let now = clock.now
    let isDue = lastComplaint.withLock { last in
      guard now >= last &+ 10 || last == .min else { return false }
      last = now
      return true
    }
    if isDue { logger.error("database failed", metadata: ["reason": "\(error)"]) }
  }

  /// The members of the answer to `status`.
  ///
  /// - Parameter loop: The state of the event loop that asks.
  /// - Returns: What the daemon tells of itself, in order.
  func status(_ loop: LoopState) -> [JSONValue.Member] {
    var counts = Metrics.Counts()
    for metrics in metrics { counts += metrics.snapshot }
    let served = index.current
    let statistics = store.statistics
    let seconds = (ServerClock.microseconds - startedAt) / 1_000_000
    return [
      .init("version", .text(Daemon.version)),
      .init("pid", .integer(Int64(getpid()))),
      .init("uptime_seconds", .integer(Int64(seconds))),
      .init("index", .string(served.identity)),
      .init("labels", .integer(Int64(served.engine.index.labelCount))),
      .init("profile", .text(served.engine.index.profile.name)),
      .init("loaded_at", .integer(served.loadedAt)),
      .init("provenance", served.provenance),
      .init("blocks", served.blockMembers),
      .init("index_path", .text(configuration.indexPath)),
      .init("block_list_path", configuration.blockListPath.map { .text($0) } ?? .null),
      .init("database_path", .text(configuration.databasePath)),
      .init("clock", .text(configuration.clock.rawValue)),
      .init("connections", .integer(Int64(connections.count))),
      .init("held_bytes", .integer(Int64(held.load(ordering: .relaxed)))),
      .init("sessions", .integer(Int64(statistics.sessions))),
      .init("events", .integer(Int64(statistics.events))),
      .init("cached_sessions", .integer(Int64(sessions.count))),
      .init("live", loop.live.members(of: served.engine)),
      .init("requests", counts.requestMembers),
      .init("errors", counts.errorMembers),
      .init("complete_us", counts.latency.members),
    ]
  }
}

extension ServedIndex {
  /// What the index was built from, or null when it does not say.
  fileprivate var provenance: JSONValue {
    (try? JSONValue(parsing: Array(engine.index.provenance.utf8))) ?? .null
  }

  /// The rules in counts, and how many labels they block.
  fileprivate var blockMembers: JSONValue {
    .object([
      .init("file_rules", .integer(Int64(rules.file.count))),
      .init("method_rules", .integer(Int64(rules.method.count))),
      .init("labels", .integer(Int64(blocked.count))),
    ])
  }

  /// What the log is told of an index.
  var logMetadata: Logger.Metadata {
    [
      "index": "\(engine.index.identity)", "labels": "\(engine.index.labelCount)",
      "profile": "\(engine.index.profile.name)", "rules": "\(rules.all.count)",
      "blocked": "\(blocked.count)",
    ]
  }
}

extension Metrics.Counts {
  fileprivate var requestMembers: JSONValue {
    .object(
      zip(Method.allCases, requests).map { method, count in
        .init(method.rawValue, .integer(Int64(count)))
      })
  }

  fileprivate var errorMembers: JSONValue {
    .object(
      errors.sorted { $0.key.rawValue > $1.key.rawValue }.map { code, count in
        .init(code.name, .integer(Int64(count)))
      })
  }
}

extension LatencyHistogram {
  fileprivate var members: JSONValue {
    if count == 0 { return .object([.init("count", .integer(0))]) }
    return .object([
      .init("count", .integer(Int64(count))),
      .init("minimum", .integer(Int64(minimum))),
      .init("mean", .double(Double(sum) / Double(count))),
      .init("p50", .integer(Int64(quantile(0.5)))),
      .init("p99", .integer(Int64(quantile(0.99)))),
      .init("maximum", .integer(Int64(maximum))),
    ])
  }
}

/// The open connections.
final class ConnectionRegistry: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  var count: Int { channels.withLock { $0.count } }

  /// Adds a connection unless there are `limit` already.
  func add(_ channel: any Channel, limit: Int) -> Bool {
    channels.withLock { channels in
      guard channels.count < limit else { return false }
      channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) {
    channels.withLock { $0[ObjectIdentifier(channel)] = nil }
  }

  /// Closes all connections at once, whatever they wait for.
  func closeAll() {
    for channel in channels.withLock({ Array($0.values) }) {
      channel.close(mode: .all, promise: nil)
    }
  }
}
