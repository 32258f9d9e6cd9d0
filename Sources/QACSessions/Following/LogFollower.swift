// A replica's end of the log: sends the store's changes there, and applies what comes from there.
//
// A change goes to the log first, and its callback is called when it has come back in its turn, is
// durable in this database and known to the caches of this process. So every change, this replica's
// or not, takes the same way: log, database, observer, callback.
//
// Three threads may wait for the network: one appends, one follows, one keeps the lease and waits
// for other replicas. Erasing is done on a fourth.
//
// By option a record is acknowledged when it is in the queue of this database (LogQueue). The thread
// that appends passes on what is queued before it appends anything else, so that the log has all
// changes of this replica in their order.
//
// Invariant: callbacks are called once. The observer is called in the order of the log. A change is
// carried out when the observer says so; `carriedOut` is the greatest number up to which all are.
// Cost: a record takes one commit of the log and one of the database. Whatever waits meanwhile goes
// with the next commit.

internal import Dispatch
internal import QACBinary
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// When a record is acknowledged.
public enum LogAcknowledgement: String, Sendable, CaseIterable {
  /// When the log has it.
  case log
  /// When the disk of this replica has it; the log gets it later, in order.
  case local
}

/// The log that a store follows, and as whom.
public struct LogFollowing: Sendable {
  /// The log.
  public var log: any EventLog
  /// The replica's name; no two living replicas may have the same.
  public var replica: String
  /// How many seconds the replica counts as living, and answers of sessions, after it last reached
  /// the log.
  public var leaseSeconds: Double
  /// After how many seconds a change that has not come back, or is not everywhere, is answered with
  /// an error; more than `leaseSeconds`, so that a dead replica is waited for in vain only once.
  public var waitSeconds: Double
  /// When a record, and how a query ended, is acknowledged.
  public var acknowledgement: LogAcknowledgement
  /// How many seconds a replica may take to reach a log that is back. A deletion that comes earlier
  /// waits, so that the others are there to empty their queues.
  public var returnSeconds: Double

  /// Makes settings.
  public init(
    log: any EventLog, replica: String, leaseSeconds: Double = 10, waitSeconds: Double = 15,
    acknowledgement: LogAcknowledgement = .log, returnSeconds: Double = 3
  ) {
    self.log = log
    self.replica = replica
    self.leaseSeconds = leaseSeconds
    self.waitSeconds = waitSeconds
    self.acknowledgement = acknowledgement
    self.returnSeconds = returnSeconds
  }
}

/// What the owner of a store that follows a log does about changes.
public struct LogObserver: Sendable {
  /// Called in the order of the log when a change is durable; it calls `done`, on any thread, when
  /// memory knows of the change. It must not block.
  public var changed: @Sendable (AppliedChange, _ done: @escaping @Sendable () -> Void) -> Void
  /// Called when the log or the database fails; it is tried again.
  public var failed: @Sendable (SessionStoreError) -> Void

  /// Makes an observer.
  public init(
    changed: @escaping @Sendable (AppliedChange, @escaping @Sendable () -> Void) -> Void,
    failed: @escaping @Sendable (SessionStoreError) -> Void
  ) {
    self.changed = changed
    self.failed = failed
  }
}

/// How far a replica is.
public struct LogStatus: Sendable {
  /// The replica's name.
  public var replica: String
  /// The number up to which everything is carried out.
  public var applied: Int64
  /// Whether it has a lease, so that it answers of sessions.
  public var isCurrent: Bool
  /// How many acknowledged changes wait for the log.
  public var queued: Int
}

final class LogFollower: Sendable {
  typealias Reply = @Sendable (Result<AppliedChange.Effect, SessionStoreError>) -> Void

  /// The most entries of one append, and of one batch that is applied.
  static let batch = 500

  /// A change that has not come back.
  struct Pending {
    var deadline: Int
    var reply: Reply
    /// Called with what comes before the last part of the change.
    var part: @Sendable (AppliedChange.Effect) -> Void = { _ in }
  }

  /// Somebody who waits until all living replicas have carried out an entry.
  struct Waiter {
    var number: Int64
    var deadline: Int
    var left: [String] = []
    var call: @Sendable (SessionStoreError?) -> Void
  }

  struct State {
    var isStopped = false
    var drafts: [LogDraft] = []
    var isAppending = false
    /// How many acknowledged changes wait in the database.
    var queued = 0
    /// Whether the log may still get something of this queue that is not in the database any more,
    /// or has not heard of this queue.
    var owesWord = false
    /// Whether the queue is tried again soon.
    var isRetrying = false
    var pending: [Int64: Pending] = [:]
    var nextTicket: Int64
    /// Batches that are applied and not yet carried out: the last number, and how many changes are
    /// left.
    var batches: [(last: Int64, left: Int)] = []
    var carriedOut: Int64 = 0
    /// Whether the database was found in the log; only then is there a lease.
    var isAttached = false
    /// Whether somebody waits for this replica's word that it has carried something out.
    var mustTell = false
    /// Whether the replica has caught up since it got its lease.
    var isCurrent = false
    /// Microseconds: when it last was not.
    var lastAbsence = LogFollower.now
    var waiters: [Waiter] = []
    var observer: LogObserver?
    weak var store: SessionStore?

    /// Whether something has to be passed on.
    var owes: Bool { queued > 0 || owesWord }
  }

  let settings: LogFollowing
  var log: any EventLog { settings.log }
  let state: Mutex<State>
  /// Microseconds: until when the replica answers of sessions.
  let servesUntil = Atomic(0)
  let appending = DispatchQueue(label: "qacd.log.append", qos: .userInitiated)
  let following = DispatchQueue(label: "qacd.log.follow", qos: .userInitiated)
  let keeping = DispatchQueue(label: "qacd.log.keep", qos: .userInitiated)
  let erasing = DispatchQueue(label: "qacd.log.erase", qos: .userInitiated)
  /// Signalled when the keeper has something to do before its time.
  let bell = DispatchSemaphore(value: 0)
  let running = DispatchGroup()

  init(_ settings: LogFollowing) {
    self.settings = settings
    // Below the tickets of queued changes.
    let random = Int64.random(in: 0..<1 << 30)
    state = Mutex(State(nextTicket: random << 32))
  }

  /// Microseconds since the machine's start, also while it sleeps.
  static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Whether what is known of sessions may be told.
  var isCurrent: Bool { Self.now < servesUntil.load(ordering: .acquiring) }

  var status: LogStatus {
    LogStatus(
      replica: settings.replica, applied: state.withLock { $0.carriedOut }, isCurrent: isCurrent,
      queued: state.withLock { $0.queued })
  }

  /// Begins to follow the log.
  func start(_ store: SessionStore, _ observer: LogObserver) {
    state.withLock { state in
      state.observer = observer
      state.store = store
    }
    following.async(group: running) { [weak store] in self.follow { store } }
    keeping.async(group: running) { self.keep() }
  }

  /// Ends: what is not answered yet fails. Blocks until no thread uses the store, at most some
  /// seconds.
  func stop() {
    if isCurrent { appending.sync { try? passOn() } }
    let failed = state.withLock { state in
      defer {
        state.isStopped = true
        state.pending = [:]
        state.waiters = []
      }
      return (Array(state.pending.values), state.waiters)
    }
    servesUntil.store(0, ordering: .releasing)
    for pending in failed.0 { pending.reply(.failure(.closed)) }
    for waiter in failed.1 { waiter.call(.closed) }
    bell.signal()
    _ = running.wait(timeout: .now() + 5)
    try? log.leave(settings.replica)
    log.release()
  }

  func complain(_ error: SessionStoreError) {
    if error == .closed { return }
    state.withLock { $0.observer }?.failed(error)
  }

  // MARK: sending

  /// A ticket that tells this replica its change.
  func ticket() -> Int64 {
    state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
  }

  /// Registers `reply` for the change that comes back with `ticket`.
  func expect(
    _ ticket: Int64, _ reply: @escaping Reply,
    part: @escaping @Sendable (AppliedChange.Effect) -> Void = { _ in }
  ) {
    let deadline = Self.now + Int(settings.waitSeconds * 1_000_000)
    let isStopped = state.withLock { state in
      if !state.isStopped {
        state.pending[ticket] = Pending(deadline: deadline, reply: reply, part: part)
      }
      return state.isStopped
    }
    if isStopped { DispatchQueue.global().async { reply(.failure(.closed)) } }
  }

  /// Tells the sender of `ticket` of a part of its change, if it still waits.
  func tell(_ ticket: Int64, _ effect: AppliedChange.Effect) {
    state.withLock { $0.pending[ticket] }?.part(effect)
  }

  /// Tells the sender of `ticket` the outcome, if it is one of this process that still waits.
  func answer(_ ticket: Int64, _ result: Result<AppliedChange.Effect, SessionStoreError>) {
    state.withLock { $0.pending.removeValue(forKey: ticket) }?.reply(result)
  }

  /// Sends a change to the log.
  func send(_ change: LogChange, isNewest: Bool = false, _ reply: @escaping Reply) {
    let draft = LogDraft(change, ticket: ticket(), isNewest: isNewest)
    expect(draft.ticket, reply)
    let mustSchedule = state.withLock { state in
      if state.isStopped { return false }
      state.drafts.append(draft)
      defer { state.isAppending = true }
      return !state.isAppending
    }
    if mustSchedule { appending.async { self.append() } }
  }

  /// Appends what is queued and all drafts, batch by batch.
  func append() {
    while true {
      let (drafts, mustStop) = state.withLock { state in
        let drafts = Array(state.drafts.prefix(Self.batch))
        state.drafts.removeFirst(drafts.count)
        let mustStop = state.isStopped || drafts.isEmpty && (!state.owes || state.isRetrying)
        if mustStop { state.isAppending = false }
        return (drafts, mustStop)
      }
      if mustStop { break }
      do throws(SessionStoreError) {
        try passOn()
        if !drafts.isEmpty { try log.append(drafts) }
      } catch {
        complain(error)
        for draft in drafts { answer(draft.ticket, .failure(error)) }
        retryQueue()
      }
    }
    wipeStack()
  }
}
