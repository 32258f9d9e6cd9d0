// The queue of a replica that acknowledges before the log has something: it is filled by requests,
// and emptied by the thread that appends.
//
// A deletion must reach what is queued anywhere. The replica that deletes empties its own queue, then
// appends an entry that asks every other one to do so, and waits for all that live. What a person
// submitted before they asked for the deletion is then in the log, which erases it. A replica that
// did not live then comes back with what it had queued before that entry: the log leaves it out
// (`LogErasure.left(of:by:)`).
//
// Invariant: changes are passed on in their order. After a `passOn` that has not failed, nothing that
// was queued before it will ever be appended again, not even by a statement that is on its way.
// Cost: a transaction of the log per batch, and one of the database.

internal import Dispatch
internal import GRDB
internal import QACBinary
internal import Synchronization

extension LogFollower {
  private static let retrySeconds = 0.5

  /// Whether records are acknowledged when they are queued.
  var isLocal: Bool { settings.acknowledgement == .local }

  /// Notes what the database holds at the start.
  func found(queued: Int, wasUsed: Bool) {
    state.withLock { state in
      state.queued = queued
      state.owesWord = isLocal || wasUsed
    }
  }

  /// Notes that one more change is queued, and passes it on.
  func queueGrew() {
    state.withLock { $0.queued += 1 }
    pokeQueue()
  }

  /// Passes on what is queued, if there is something.
  func pokeQueue() {
    let mustSchedule = state.withLock { state in
      guard state.owes, state.isAttached, !state.isStopped, !state.isRetrying, !state.isAppending
      else { return false }
      state.isAppending = true
      return true
    }
    if mustSchedule { appending.async { self.append() } }
  }

  /// Tries again soon after a failure.
  func retryQueue() {
    let mustSchedule = state.withLock { state in
      guard state.owes, !state.isRetrying else { return false }
      state.isRetrying = true
      return true
    }
    guard mustSchedule else { return }
    appending.asyncAfter(deadline: .now() + Self.retrySeconds) { [weak self] in
      self?.state.withLock { $0.isRetrying = false }
      self?.pokeQueue()
    }
  }

  /// Sends what was queued when it began; called on the thread that appends.
  func passOn() throws(SessionStoreError) {
    let (owes, store) = state.withLock { ($0.owes, $0.isAttached ? $0.store : nil) }
    guard owes else { return }
    guard let store else {
      throw .logUnavailable(reason: "this replica has not found its place in it")
    }
    var goal: Int64?
    while true {
      let waiting = try store.waiting(limit: Self.batch)
      let end = goal ?? waiting.last
      goal = end
      // With the last batch the log is told of everything that ever was queued.
      let isLast = waiting.changes.count < Self.batch
      let last = isLast ? end : waiting.changes[Self.batch - 1].sequence
      let changes = waiting.changes.filter { $0.sequence <= last }
      state.withLock { $0.owesWord = true }
      let leftOut = try log.append(changes, origin: waiting.origin, last: last)
      let removed = try store.removeWaiting(upTo: last, wasLeftOut: leftOut > 0)
      // Before anybody can see that the queue is empty.
      if leftOut > 0 { complain(.leftOut(count: leftOut)) }
      let isDone = last >= end
      state.withLock { state in
        state.queued -= removed
        if isDone { state.owesWord = false }
      }
      if isDone { return wipeStack() }
    }
  }

  /// Passes on what is queued, as often as it takes, and calls `done`.
  func flush(_ done: @escaping @Sendable () -> Void) {
    appending.async { [self] in
      do throws(SessionStoreError) {
        try passOn()
        done()
      } catch {
        complain(error)
        if isStopped { return }
        appending.asyncAfter(deadline: .now() + Self.retrySeconds) { self.flush(done) }
      }
    }
  }

  /// Asks every living replica to empty its queue; `completion` gets the number of the entry that
  /// asks when all have.
  func emptyQueues(
    _ completion: @escaping @Sendable (Result<Int64, SessionStoreError>) -> Void
  ) {
    let present = Double(Self.now - state.withLock { $0.isCurrent ? $0.lastAbsence : Self.now })
    let rest = max(0, min(settings.returnSeconds, settings.leaseSeconds) - present / 1_000_000)
    erasing.asyncAfter(deadline: .now() + rest) { [self] in
      send(.flush) { [self] result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(.flushed(let number)):
          whenEverywhere { error in
            switch error {
            case nil: completion(.success(number))
            case .notEverywhere(let replicas):
              completion(.failure(.notPassedOn(replicas: replicas)))
            case .some(let error): completion(.failure(error))
            }
          }
        case .success: completion(.failure(.logInDoubt))
        }
      }
    }
  }

  /// Deletes from this replica's queue what `erasure` covers, then calls `done`.
  func eraseQueued(_ erasure: LogErasure, _ done: @escaping @Sendable () -> Void) {
    guard let store = state.withLock({ $0.store }) else { return done() }
    store.submit(
      .queue(
        writes: true,
        { [self] db, changes in
          let count = try LogQueue.erase(erasure, db)
          if count > 0 { (changes.deleted, changes.forgot) = (true, true) }
          changes.then {
            self.state.withLock { $0.queued -= count }
            done()
          }
        },
        failure: { [self] error in
          complain(error)
          done()
        }))
  }
}

extension SessionStore {
  /// Adds a record to the queue; it is acknowledged when it is durable there.
  func queue(
    _ event: StoredEvent, session: [UInt8], inOrder: Bool, _ follower: LogFollower,
    _ completion: @escaping @Sendable (Result<EventKey, SessionStoreError>) -> Void
  ) {
    let draft = LogDraft(
      .record(event, session: session), ticket: QueuedChange.ticket(), isNewest: inOrder)
    let key = EventKey(time: event.time, session: 0, sequence: draft.ticket)
    submit(
      .queue(
        writes: true,
        { db, changes in
          try LogQueue.add(draft, db)
          changes.written += 1
          changes.then {
            follower.queueGrew()
            completion(.success(key))
          }
        }, failure: { completion(.failure($0)) }))
  }

  /// Adds to the queue how a query ended, if this replica knows the query.
  func queue(
    _ change: OutcomeChange, _ follower: LogFollower,
    _ completion: @escaping @Sendable (Result<StoredEvent?, SessionStoreError>) -> Void
  ) {
    submit(
      .queue(
        writes: true,
        { db, changes in
          guard var event = try LogQueue.query(of: change, db) else {
            return changes.then { completion(.success(nil)) }
          }
          event.circumstances.outcome = change.outcome
          let known = event
          let end = LogChange.end(
            session: change.session, time: change.time, sequence: change.sequence,
            outcome: change.outcome)
          try LogQueue.add(LogDraft(end, ticket: QueuedChange.ticket()), db)
          changes.written += 1
          changes.then {
            follower.queueGrew()
            completion(.success(known))
          }
        }, failure: { completion(.failure($0)) }))
  }

  /// Waits for the first changes of the queue.
  func waiting(limit: Int) throws(SessionStoreError) -> LogQueue.Waiting {
    try blocking(writes: false) { db, _ in try LogQueue.waiting(limit: limit, db) }
  }

  /// Deletes from the queue what the log has dealt with; returns how many changes.
  func removeWaiting(
    upTo sequence: Int64, wasLeftOut: Bool
  ) throws(SessionStoreError) -> Int {
    try blocking(writes: true) { db, changes in
      // What was left out is gone for good, so no file may keep it.
      if wasLeftOut { (changes.deleted, changes.forgot) = (true, true) }
      return try LogQueue.remove(upTo: sequence, db)
    }
  }

  /// Does a job of the queue, and waits for its end.
  private func blocking<Value: Sendable>(
    writes: Bool,
    _ body: @escaping @Sendable (Database, inout Job.Changes) throws -> Value
  ) throws(SessionStoreError) -> Value {
    let outcome: Result<Value, SessionStoreError> = CallbackWait.value { callback in
      submit(
        .queue(
          writes: writes,
          { db, changes in
            let value = try body(db, &changes)
            changes.then { callback(.success(value)) }
          }, failure: { callback(.failure($0)) }))
    }
    return try outcome.get()
  }
}
