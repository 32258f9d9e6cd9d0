// What all connections share. Invariant: everything in it may be used from any thread.

internal import Logging
internal import QACBinary
internal import QACEngine
internal import QACIndex
internal import QACProtocol
internal import QACRetrieval
internal import QACSessions
internal import QACText
internal import Synchronization

/// The daemon without its sockets.
final class ServerCore: Sendable {
  let configuration: ServerConfiguration
  let index: IndexHolder
  let store: SessionStore
  let sessions: SessionCache
  /// Tells every event loop what was submitted since the index was built.
  let live: LiveFeed
  /// Working memory of the event loops for a new index.
  let workplaces: Workplaces
  let clock: ServerClock
  let logger: Logger
  let connections = ConnectionRegistry()
  /// Events that are logged only now and then.
  let occasions = (crowd: Occasion(), stranger: Occasion(), stall: Occasion(), accept: Occasion())
  /// The counters of each event loop.
  let metrics: [Metrics]
  /// About the bytes that connections hold for clients that have not taken them.
  let held = Atomic(0)
  /// Logs slow requests.
  let slow: SlowLog
  /// How many reloads since the start were served, and how many refused.
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
      path: configuration.indexPath, profile: configuration.profile,
      blockListPath: configuration.blockListPath)
    do throws(SessionStoreError) {
      store = try SessionStore(
        path: configuration.databasePath, busySeconds: configuration.databaseBusySeconds,
        following: configuration.following)
      index.putInForce(try store.rules(), try store.items())
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
    workplaces.prepare(index.current)
    store.whenReplaced { [weak self] in self?.renew() }
    readRecent()
    store.follow(logObserver)
  }

  /// Forgets the database that was open, and reads the one that has replaced it.
  private func renew() {
    sessions.dropAll()
    index.inTurn { [self] in
      do throws(SessionStoreError) {
        index.putInForce(try store.rules(), try store.items())
      } catch {
        complain(error)
      }
      renewOverlays(of: index.current)
    }
    logger.notice("another database has replaced the one that was open")
  }

  /// Makes the overlays of the first index; waits for them at most `liveStartSeconds`.
  private func readRecent() {
    let seconds = configuration.liveStartSeconds
    let _: Void? = CallbackWait.value(within: seconds) { [self] callback in
      index.inTurn { [self] in
        renewOverlays(of: index.current)
        callback(())
      }
    }
  }

  /// Makes overlays of `fresh` and hands them to the loops.
  private func renewOverlays(of fresh: ServedIndex) {
    do throws(SessionStoreError) {
      try live.renewOverlays(
        of: fresh, from: store, latest: configuration.clock == .server ? clock.now : nil)
    } catch {
      // The index is good: it is served without the earlier events. If the store is closed, the
      // daemon is stopping.
      if error != .closed { complain(error) }
    }
  }

  /// Deletes events older than `cutoff`, in steps; `completion` is called when they are gone
  /// everywhere.
  func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    sessions.expire(before: cutoff) { [self] result in
      if (try? result.get()) == 0 { return completion(result) }
      // Overlays do not know the order of events within a second, so new ones are made of what is
      // left.
      index.inTurn { [self] in
        renewOverlays(of: index.current)
        completion(result)
      }
    }
  }

  /// Loads the index and the block list again, logs the outcome, then calls `completion`.
  ///
  /// With `force`, an index that is older or of another profile is taken, too.
  func reload(
    force: Bool = false, _ completion: @escaping IndexHolder.Completion = { _ in }
  ) {
    index.reload(
      force: force,
      welcome: { [self] fresh in
        workplaces.prepare(fresh)
        renewOverlays(of: fresh)
      },
      retire: { [live, workplaces, index] old in
        live.retire(old)
        workplaces.change(from: old, to: index.current, letGo: index.inTurn)
      }
    ) { [self] result in
      switch result {
      case .success(let index):
        reloadsTaken.add(1, ordering: .relaxed)
        logger.info("index reloaded", metadata: index.logMetadata)
      case .failure(let error):
        reloadsRefused.add(1, ordering: .relaxed)
        logger.error(
          "not reloaded, the old index and rules serve on",
          metadata: ["reason": "\(error)"])
      }
      completion(result)
    }
  }

  /// Logs a failure of the database, at most once in ten seconds; but always that something was
  /// dropped which had been acknowledged, because it is said only once.
  func complain(_ error: SessionStoreError) {
    if case .leftOut = error {
      logger.error("database failed", metadata: ["reason": "\(error)"])
      return
    }
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
  /// The metadata of log records about an index.
  var logMetadata: Logger.Metadata {
    [
      "index": "\(engine.index.identity)", "labels": "\(engine.index.labelCount)",
      "items": "\(items.indexedCount)", "profile": "\(engine.index.profile.name)",
      "rules": "\(rules.all.count)", "blocked": "\(blocked.count)",
    ]
  }
}
