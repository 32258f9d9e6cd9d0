// Keeps the replica's lease, waits for the other replicas, and ends what has waited too long.
//
// What is deleted or blocked is answered when every living replica has carried it out. A replica
// whose lease has ended is not waited for. So it says nothing of sessions from then on, until it has
// a lease again and has caught up: first it renews, then it reads the head of the log, and when it
// has carried out all up to there it serves. An entry that was answered without it was durable
// before the renewal was, so it is within that head.
//
// Invariant: by this machine's clock the lease ends before it does by the log's, because it counts
// from before the renewal was sent. A renewal that comes back too late starts a new lease.
// Cost: one statement per quarter of the lease; while somebody waits, one in 5 to 50 ms.

internal import Dispatch
internal import Synchronization

extension LogFollower {
  /// Keeps the lease until the follower is stopped.
  func keep() {
    let rest = min(1, settings.leaseSeconds / 4)
    var pause = rest
    var renewed = 0
    while !isStopped {
      let isRung = bell.wait(timeout: .now() + pause) == .success
      if isStopped { return }
      let isWaiting = state.withLock { !$0.waiters.isEmpty }
      if !isWaiting { pause = rest } else { pause = pause == rest ? 0.005 : min(0.05, pause * 1.5) }
      endWhatIsLate()
      let isDue = Self.now - renewed >= Int(rest * 1_000_000)
      do throws(SessionStoreError) {
        if isDue || isRung {
          renewed = Self.now
          try renew()
        }
        if isWaiting { try askOthers() }
      } catch {
        complain(error)
      }
    }
  }

  private func renew() throws(SessionStoreError) {
    let sent = Self.now
    let (applied, wasCurrent, isAttached) = state.withLock { state in
      state.mustTell = false
      return (state.carriedOut, state.isCurrent, state.isAttached)
    }
    guard isAttached else { return }
    try log.renew(settings.replica, applied: applied, seconds: settings.leaseSeconds)
    var isCurrent = wasCurrent && Self.now < servesUntil.load(ordering: .acquiring)
    if !isCurrent {
      let head = try log.head()
      isCurrent = state.withLock { $0.carriedOut } >= head.number
    }
    let serves = isCurrent
    state.withLock { state in
      state.isCurrent = serves
      if !wasCurrent { state.lastAbsence = Self.now }
    }
    if serves {
      servesUntil.store(
        sent + Int(settings.leaseSeconds * 1_000_000), ordering: .releasing)
    }
  }

  /// Calls `call`, on another thread, when every living replica has carried out what this one has
  /// applied by now, or with the reason why that is not known.
  func whenEverywhere(_ call: @escaping @Sendable (SessionStoreError?) -> Void) {
    let deadline = Self.now + Int(settings.waitSeconds * 1_000_000)
    let isStopped = state.withLock { state in
      if state.isStopped { return true }
      let number = state.batches.last?.last ?? state.carriedOut
      state.waiters.append(Waiter(number: number, deadline: deadline, call: call))
      return false
    }
    if isStopped { DispatchQueue.global().async { call(.closed) } } else { bell.signal() }
  }

  private func askOthers() throws(SessionStoreError) {
    guard let number = state.withLock({ $0.waiters.map(\.number).min() }) else { return }
    let names = try log.outstanding(number)
    let done = state.withLock { state -> [Waiter] in
      var done: [Waiter] = []
      state.waiters.removeAll { waiter in
        guard names.isEmpty, waiter.number <= number else { return false }
        done.append(waiter)
        return true
      }
      for i in state.waiters.indices { state.waiters[i].left = names }
      return done
    }
    for waiter in done { waiter.call(nil) }
    if state.withLock({ !$0.waiters.isEmpty }) && !done.isEmpty { bell.signal() }
  }

  private func endWhatIsLate() {
    let now = Self.now
    let (late, waiters) = state.withLock { state in
      let late = state.pending.filter { $0.value.deadline < now }
      for ticket in late.keys { state.pending[ticket] = nil }
      let waiters = state.waiters.filter { $0.deadline < now }
      state.waiters.removeAll { $0.deadline < now }
      return (late, waiters)
    }
    for pending in late.values { pending.reply(.failure(.logTooSlow)) }
    for waiter in waiters {
      waiter.call(
        waiter.left.isEmpty
          ? .logUnavailable(reason: "nobody knows how far the replicas are")
          : .notEverywhere(replicas: waiter.left))
    }
  }
}
