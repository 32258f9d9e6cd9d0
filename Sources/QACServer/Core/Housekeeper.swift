// What the daemon does without being asked, once per second: it looks at the watched files, or for
// the first index, at old events, at the database's log and at the service manager's watchdog.
//
// Old events are deleted by age only if the clock has run evenly for `trustSeconds` of this
// process. What the clock said before is no evidence, since it may have been wrong then as well. So
// a clock that is wrong for a while deletes nothing.
//
// Invariant: a step never waits for a disk, an event loop or another step. Work that takes long is
// asked for, and not asked for again before it is done. Time is an argument.

internal import Logging
internal import NIOCore
internal import QACSessions
internal import Synchronization

/// Does what is due.
final class Housekeeper: Sendable {
  /// Seconds between two searches for events that are too old.
  static let expirySeconds: Int64 = 600
  /// Seconds between two calls of the store's `maintain`.
  static let upkeepSeconds: Int64 = 10
  /// How many seconds the clock must run evenly before it is trusted.
  static let trustSeconds: Int64 = 3600

  private struct State {
    /// The change that the last step saw: the files are loaded when the next step sees the same.
    var change: [FileStamp?]?
    var isExpiring = false
    var isTrimming = false
    var nextExpiry = Int64.min
    var nextUpkeep = Int64.min
  }

  private let core: ServerCore
  private let state = Mutex(State())

  init(core: ServerCore) {
    self.core = core
  }

  private var canTrustClock: Bool {
    core.clock.evenSeconds >= Self.trustSeconds
  }

  /// Does what is due at `now`, in unix seconds.
  func step(at now: Int64) {
    // The first index is taken in when it is there, watched or not.
    if core.configuration.watchesFiles || !core.index.current.hasIndex { watchFiles() }
    deleteOld(at: now)
    core.live.settle()
    let isDue = state.withLock { state in
      // A clock that was set back must not delay it.
      let isDue = now >= state.nextUpkeep || now < state.nextUpkeep - Self.upkeepSeconds
      if isDue { state.nextUpkeep = now + Self.upkeepSeconds }
      return isDue
    }
    if isDue { core.store.maintain() }
  }

  // MARK: files

  /// Loads the files again if they have changed, and not once more since the last step.
  private func watchFiles() {
    let change = core.index.change
    let hasSettled = state.withLock { state in
      defer { state.change = change }
      return change != nil && state.change == change
    }
    if hasSettled { core.reload() }
  }

  // MARK: retention

  private func deleteOld(at now: Int64) {
    let configuration = core.configuration
    let mustExpire = state.withLock { state in
      guard configuration.keepDays > 0, !state.isExpiring,
        now >= state.nextExpiry || now < state.nextExpiry - Self.expirySeconds, canTrustClock
      else { return false }
      state.isExpiring = true
      state.nextExpiry = now + Self.expirySeconds
      return true
    }
    if mustExpire {
      expire(before: .start(of: now - configuration.keepDays * 86_400)) { $0.isExpiring = false }
    }
    let mustTrim = state.withLock { state in
      guard configuration.keepEvents > 0, !state.isTrimming,
        core.store.statistics.events + core.store.statistics.examples > configuration.keepEvents
      else { return false }
      state.isTrimming = true
      return true
    }
    guard mustTrim else { return }
    let kept = configuration.keepEvents - configuration.keepEvents / 8
    core.store.oldest(ofNewest: kept) { [self] result in
      switch result {
      case .success(let cutoff?):
        expire(before: cutoff) { $0.isTrimming = false }
      case .success(nil):
        state.withLock { $0.isTrimming = false }
      case .failure(let error):
        if error != .closed { core.complain(error) }
        state.withLock { $0.isTrimming = false }
      }
    }
  }

  private func expire(before cutoff: EventKey, done: @escaping @Sendable (inout State) -> Void) {
    core.expire(before: cutoff) { [self] result in
      state.withLock { done(&$0) }
      switch result {
      case .success(0): break
      case .success(let count):
        core.logger.info("old events deleted", metadata: ["events": "\(count)"])
      case .failure(let error):
        if error != .closed { core.complain(error) }
      }
    }
  }

  // MARK: watchdog

  /// Tells the service manager that this process is alive, after every loop of `group` has
  /// answered.
  static func report(_ group: any EventLoopGroup) {
    let answers = group.makeIterator().map { $0.submit {} }
    EventLoopFuture.andAllSucceed(answers, on: group.any()).whenSuccess {
      ServiceManager.notify(.alive)
    }
  }
}
