// The store's changes, as they go to the log and as their outcomes come back.

internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

extension LogFollower {
  func record(
    _ event: StoredEvent, session: [UInt8], inOrder: Bool,
    _ completion: @escaping @Sendable (Result<EventKey, SessionStoreError>) -> Void
  ) {
    send(.record(event, session: session), isNewest: inOrder) { result in
      completion(result.flatMap { $0.key.map { .success($0) } ?? .failure(.logInDoubt) })
    }
  }

  func end(
    _ change: OutcomeChange,
    _ completion: @escaping @Sendable (Result<StoredEvent?, SessionStoreError>) -> Void
  ) {
    let change = LogChange.end(
      session: change.session, time: change.time, sequence: change.sequence,
      outcome: change.outcome)
    send(change) { result in
      completion(
        result.map { effect in
          if case .ended(let event, _) = effect { return event }
          return nil
        })
    }
  }

  func change(
    _ change: LogChange,
    _ completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    send(change) { completion($0.map { _ in }) }
  }

  /// Sends the events one by one, and answers when the last has come back.
  func add(
    _ events: [ImportedEvent], session: [UInt8],
    _ completion: @escaping @Sendable (Result<[Int], SessionStoreError>) -> Void
  ) {
    if events.isEmpty { return completion(.success([])) }
    let sum = Sum(left: events.count, completion)
    for (i, imported) in events.enumerated() {
      let change = LogChange.add(
        imported.event, session: session, occurrence: imported.occurrence,
        isUndated: imported.isUndated)
      send(change) { result in sum.note(i, result.map { $0.key != nil }) }
    }
  }

  /// The events of one import that are on their way.
  private final class Sum: Sendable {
    private let state: Mutex<(left: Int, added: [Int], failure: SessionStoreError?)>
    private let completion: @Sendable (Result<[Int], SessionStoreError>) -> Void

    init(left: Int, _ completion: @escaping @Sendable (Result<[Int], SessionStoreError>) -> Void) {
      state = Mutex((left, [], nil))
      self.completion = completion
    }

    func note(_ i: Int, _ wasAdded: Result<Bool, SessionStoreError>) {
      let done = state.withLock { state -> Result<[Int], SessionStoreError>? in
        state.left -= 1
        switch wasAdded {
        case .success(true): state.added.append(i)
        case .success(false): break
        case .failure(let error): state.failure = error
        }
        if state.left > 0 { return nil }
        return state.failure.map { .failure($0) } ?? .success(state.added.sorted())
      }
      if let done { completion(done) }
    }
  }

  /// Erases in the log, and answers when this replica has carried that out.
  ///
  /// What this replica has queued goes to the log first, and is erased there; if it cannot, what the
  /// deletion covers is deleted from the queue, and the deletion fails. Then every living replica is
  /// asked to empty its queue, if any replica has one.
  func forget(
    _ deletion: Deletion,
    _ completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    erasing.async { [self] in
      let erasure = LogErasure(
        session: deletion.session, times: deletion.times, matches: deletion.matches)
      do throws(SessionStoreError) {
        try appending.sync { Result { () throws(SessionStoreError) in try passOn() } }.get()
      } catch {
        return eraseQueued(erasure) { completion(.failure(error)) }
      }
      do throws(SessionStoreError) {
        guard try log.hasQueues() else { return erase(erasure, completion) }
      } catch {
        return completion(.failure(error))
      }
      emptyQueues { [self] result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let number):
          var erasure = erasure
          erasure.barrier = number
          erase(erasure, completion)
        }
      }
    }
  }

  /// Erases in the log; answers when this replica has carried that out.
  private func erase(
    _ erasure: LogErasure,
    _ completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    erasing.async { [self] in
      let ticket = ticket()
      let counted = Once(completion)
      // What this replica deletes is counted: the log may hold an import twice, and what is too old.
      let sum = Mutex(0)
      expect(ticket) { result in
        if case .success(.forgot(_, _, let count)) = result { sum.withLock { $0 += count } }
        counted.call(
          result.map { _ in
            var outcome = Deletion.Outcome()
            outcome.count = sum.withLock { $0 }
            return outcome
          })
      } part: { effect in
        if case .forgot(_, _, let count) = effect { sum.withLock { $0 += count } }
      }
      do throws(SessionStoreError) {
        try catchUp()
        if try !log.erase(erasure, ticket: ticket) {
          // Nothing was there: no entry comes.
          answer(ticket, .success(.forgot([], times: erasure.times, count: 0)))
        }
      } catch {
        counted.call(.failure(error))
      }
    }
  }

  /// Waits, at most some seconds, until this replica knows what it will be asked to count.
  private func catchUp() throws(SessionStoreError) {
    let head = try log.head().number
    let end = Self.now + 2_000_000
    while Self.now < end, !isStopped, state.withLock({ $0.carriedOut }) < head { usleep(500) }
  }

  /// Erases in the log what every replica has deleted by age, a day later than they do.
  func expire(before time: Int64) {
    erasing.async { [self] in
      do throws(SessionStoreError) {
        try log.expire(before: time - 86_400)
      } catch {
        complain(error)
      }
    }
  }

  private typealias Once = Job.Once
}

extension AppliedChange.Effect {
  /// The key of the event that was added; nil if none was.
  fileprivate var key: EventKey? {
    if case .recorded(_, _, let key) = self { return key }
    return nil
  }
}
