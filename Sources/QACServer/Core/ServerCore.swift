// What all connections share. Everything in it may be used from any event loop.

internal import Logging
internal import NIOCore
internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACSessions
internal import QACText
internal import Synchronization

/// The daemon without its sockets.
final class ServerCore: Sendable {
  let configuration: ServerConfiguration
  let index: IndexHolder
  let store: SessionStore
  let sessions: SessionCache
  /// What was submitted since the index was built, for every event loop.
  let live: LiveFeed
  /// Working memory of the event loops for an index that is new.
  let workplaces: Workplaces
  let clock: ServerClock
  let logger: Logger
  let connections = ConnectionRegistry()
  /// What the log is told of now and then only.
  let occasions = (crowd: Occasion(), stranger: Occasion(), stall: Occasion(), accept: Occasion())
  /// The counters of each event loop.
  let metrics: [Metrics]
  /// About the bytes that connections hold for clients that have not taken them.
  let held = Atomic(0)
  /// Who tells the log of slow requests.
  let slow: SlowLog
  /// Indexes that were loaded anew since the start, and that were not.
  let reloadsTaken = Atomic(0)
  let reloadsRefused = Atomic(0)
  let startedAt = ServerClock.microseconds

  private let lastComplaint = Mutex<Int64>(.min)

  /// Opens the index and the database.
  init(
    configuration: ServerConfiguration, logger: Logger, clock: ServerClock = ServerClock()
  ) throws(ServerError) {
    self.configuration = configuration
    self.logger = logger
    self.clock = clock
    workplaces = Workplaces(loops: max(1, configuration.loops))
    slow = SlowLog(logger, milliseconds: configuration.slowMilliseconds)
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
      store: store, live: live, isInOrder: configuration.clock == .server,
      capacity: configuration.cachedSessions, bytes: configuration.cachedBytes)
    metrics = (0..<max(1, configuration.loops)).map { _ in Metrics() }
    workplaces.prepare(index.current.engine)
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
    let seconds = configuration.liveStartSeconds
    let _: Void? = CallbackWait.value(within: seconds) { [self] callback in
      index.inTurn { [self] in
        adopt(index.current)
        callback(())
      }
    }
  }

  /// Hands the loops overlays of `fresh`.
  private func adopt(_ fresh: ServedIndex) {
    do throws(SessionStoreError) {
      try live.adopt(
        fresh, from: store, latest: configuration.clock == .server ? clock.now : nil)
    } catch {
      // The index is good: it is served without what was submitted before. A store that was closed
      // meanwhile belongs to a daemon that stops.
      if error != .closed { complain(error) }
    }
  }

  /// Deletes what is older than `cutoff`, in steps; `completion` is called when it is gone from everywhere.
  func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    sessions.expire(before: cutoff) { [self] result in
      if (try? result.get()) == 0 { return completion(result) }
      // Overlays know nothing of the order of events within a second: they are made anew of what is left.
      index.inTurn { [self] in
        adopt(index.current)
        completion(result)
      }
    }
  }

  /// Loads the index and the block list anew, tells the log, and then `completion`.
  ///
  /// With `force` an index that is older or of another profile is taken as well.
  func reload(
    force: Bool = false, _ completion: @escaping IndexHolder.Completion = { _ in }
  ) {
    index.reload(
      force: force,
      welcome: { [self] fresh in
        workplaces.prepare(fresh.engine)
        adopt(fresh)
      },
      retire: { [live, workplaces, index] old in
        live.retire(old)
        workplaces.change(from: old, to: index.current.engine, letGo: index.inTurn)
      }
    ) { [self] result in
      switch result {
      case .success(let index):
        reloadsTaken.add(1, ordering: .relaxed)
        logger.info("index reloaded", metadata: index.logMetadata)
      case .failure(let error):
        reloadsRefused.add(1, ordering: .relaxed)
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
}

extension ServedIndex {
  /// What the log is told of an index.
  var logMetadata: Logger.Metadata {
    [
      "index": "\(engine.index.identity)", "labels": "\(engine.index.labelCount)",
      "profile": "\(engine.index.profile.name)", "rules": "\(rules.all.count)",
      "blocked": "\(blocked.count)",
    ]
  }
}

/// The open connections.
final class ConnectionRegistry: Sendable {
  /// Why a connection is not served.
  enum Refusal: String, CaseIterable {
    /// There are too many.
    case limit
    /// It is another user's.
    case user
  }

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var accepted = 0
    var refused = [Refusal: Int]()
    var failures = 0
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.channels.count } }

  /// How many were served since the start.
  var accepted: Int { state.withLock { $0.accepted } }

  /// How many were not, since the start.
  func refused(by refusal: Refusal) -> Int { state.withLock { $0.refused[refusal, default: 0] } }

  /// Counts a connection of another user.
  func refuseUser() { state.withLock { $0.refused[.user, default: 0] += 1 } }

  /// How often the system gave no connection for want of descriptors or memory.
  var failures: Int { state.withLock { $0.failures } }

  /// Counts such a failure.
  func failToAccept() { state.withLock { $0.failures += 1 } }

  /// Adds a connection unless there are `limit` already.
  func add(_ channel: any Channel, limit: Int) -> Bool {
    state.withLock { state in
      guard state.channels.count < limit else {
        state.refused[.limit, default: 0] += 1
        return false
      }
      state.accepted += 1
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) {
    state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
  }

  /// Closes all connections at once, whatever they wait for.
  func closeAll() {
    for channel in state.withLock({ Array($0.channels.values) }) {
      channel.close(mode: .all, promise: nil)
    }
  }
}
