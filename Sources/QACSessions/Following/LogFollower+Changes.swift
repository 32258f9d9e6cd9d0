// The store's changes, as they go to the log and as their outcomes come back.

internal import Dispatch
internal import Synchronization

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
  func forget(
    _ deletion: Deletion,
    _ completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    erasing.async { [self] in
      let ticket = ticket()
      let count = Mutex(0)
      let counted = Once(completion)
      expect(ticket) { result in
        counted.call(
          result.map { _ in
            var outcome = Deletion.Outcome()
            outcome.count = count.withLock { $0 }
            return outcome
          })
      }
      count.withLock { sum in
        do throws(SessionStoreError) {
          // The lock is held, so that an answer that comes at once waits for the count.
          sum = try log.erase(
            LogErasure(
              session: deletion.session, times: deletion.times, matches: deletion.matches),
            ticket: ticket)
        } catch {
          counted.call(.failure(error))
          sum = -1
        }
      }
      // Nothing was there: no entry comes.
      if count.withLock({ $0 }) == 0 {
        answer(ticket, .success(.forgot([], times: deletion.times)))
      }
    }
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
