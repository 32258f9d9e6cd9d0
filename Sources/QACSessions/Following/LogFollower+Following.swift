// Applies the log's entries to the store, and tells the observer.
//
// Invariant: one batch at a time is applied, in order, with its position in the same transaction. So
// a replica that is killed anywhere goes on where its database is.

internal import Dispatch
internal import QACBinary
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

extension LogFollower {
  private static let pauses = [0.1, 0.2, 0.5, 1]

  /// Follows until it is stopped or the store is gone.
  func follow(_ store: () -> SessionStore?) {
    var place: LogHead?
    var failures = 0
    while !isStopped {
      guard let store = store() else {
        return state.withLock { $0.isStopped = true }
      }
      do throws(SessionStoreError) {
        let here: LogHead
        if let place { here = place } else { here = try attach(store) }
        place = try step(from: here, store)
        failures = 0
      } catch {
        place = nil
        complain(error)
        if error == .closed { return }
        usleep(UInt32(Self.pauses[min(failures, Self.pauses.count - 1)] * 1_000_000))
        failures += 1
      }
    }
  }

  /// Finds where the database is in the log, which must be the one that it follows.
  private func attach(_ store: SessionStore) throws(SessionStoreError) -> LogHead {
    let head = try log.head()
    let here = try store.logPlace(in: head.log)
    guard here.log == head.log, here.number <= head.number else { throw .otherLog }
    carried(outTo: here.number)
    // Others learn that this replica has a queue, and get what it holds.
    pokeQueue()
    return here
  }

  /// Applies the next entries, or waits for some.
  ///
  /// - Returns: Where the database is then.
  private func step(
    from place: LogHead, _ store: SessionStore
  ) throws(SessionStoreError) -> LogHead {
    var entries = try log.entries(after: place.number, limit: Self.batch)
    if entries.isEmpty {
      // The newest entries may be erased: then the head is ahead of all that there is to read.
      let head = try log.head()
      guard head.log == place.log else { throw .otherLog }
      if head.number > state.withLock({ $0.carriedOut }) {
        entries = try log.entries(after: place.number, limit: Self.batch)
        if entries.isEmpty { carried(outTo: head.number) }
      }
    }
    guard let last = entries.last else {
      try log.wait(after: place.number, seconds: 1)
      return place
    }
    let applied = try apply(LogApplication(log: place.log, entries: entries), store)
    deliver(applied, upTo: last.number)
    wipeStack()
    return LogHead(log: place.log, number: last.number)
  }

  private func apply(
    _ batch: LogApplication, _ store: SessionStore
  ) throws(SessionStoreError) -> [AppliedChange] {
    let outcome = CallbackWait.value { store.submit(.apply(batch, $0)) }
    return try outcome.get()
  }

  /// Notes that nothing up to `number` is left to be carried out.
  private func carried(outTo number: Int64) {
    state.withLock { state in
      state.isAttached = true
      if state.batches.isEmpty { state.carriedOut = max(state.carriedOut, number) }
    }
    bell.signal()
  }

  private func deliver(_ applied: [AppliedChange], upTo last: Int64) {
    let observer = state.withLock { state in
      state.batches.append((last, applied.count + 1))
      return state.observer
    }
    for change in applied {
      if case .flushed = change.effect {
        flush { [self] in
          answer(change.ticket, .success(change.effect))
          finish(upTo: last, true)
        }
        continue
      }
      let isOfOperator: Bool
      switch change.effect {
      case .rules, .items: isOfOperator = true
      default: isOfOperator = false
      }
      // A request that changes a rule holds up the thread that puts rules in force.
      if isOfOperator { answer(change.ticket, .success(change.effect)) }
      let done = { @Sendable [self] in
        if !isOfOperator {
          if change.ticket < 0 {
            tell(-change.ticket, change.effect)
          } else {
            answer(change.ticket, .success(change.effect))
          }
        }
        finish(upTo: last, change.isForEverybody)
      }
      if let observer { observer.changed(change, done) } else { done() }
    }
    finish(upTo: last, false)
  }

  /// Notes that one more change of the batch that ends with `last` is carried out.
  private func finish(upTo last: Int64, _ isForEverybody: Bool) {
    let mustTell = state.withLock { state in
      guard let i = state.batches.firstIndex(where: { $0.last == last }) else { return false }
      state.batches[i].left -= 1
      var isDone = false
      while let first = state.batches.first, first.left == 0 {
        state.carriedOut = max(state.carriedOut, first.last)
        state.batches.removeFirst()
        isDone = true
      }
      // The sender of such a change waits for this replica's word.
      if isForEverybody { state.mustTell = true }
      return isDone && (state.mustTell || !state.isCurrent)
    }
    if mustTell { bell.signal() }
  }
}

extension AppliedChange {
  /// Whether its sender waits until every living replica has carried it out.
  var isForEverybody: Bool {
    switch effect {
    case .rules, .items, .forgot, .flushed: return true
    case .recorded, .known, .ended: return false
    }
  }
}
