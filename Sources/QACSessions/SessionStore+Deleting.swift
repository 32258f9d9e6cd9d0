// Deletions and retention, step by step: each step is a job, and other jobs come between two steps.
//
// Invariant: `completion` is called once, after the last step is durable or when a step has failed.
// Reads that waited for the end of a deletion are then asked for again.
// Cost: see `ForgetStep` and `ExpiryStep`.

internal import Synchronization

extension SessionStore {
  /// Deletes events from the database and its log, in steps between which other jobs are done.
  ///
  /// - Parameters:
  ///   - deletion: Which events.
  ///   - completion: Called on another thread when the deletion is durable or has failed, and no
  ///     search finds what was deleted.
  public func forget(
    _ deletion: Deletion,
    completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    if let follower { return follower.forget(deletion, completion) }
    forget(ForgetStep(deletion), Deletion.Outcome(), completion)
  }

  private func forget(
    _ step: ForgetStep, _ sum: Deletion.Outcome,
    _ completion: @escaping @Sendable (Result<Deletion.Outcome, SessionStoreError>) -> Void
  ) {
    submit(
      .forget(step) { [weak self] result in
        switch result {
        case .failure(let error):
          self?.end(step)
          completion(.failure(error))
        case .success(let (outcome, next)):
          var sum = sum
          sum.count += outcome.count
          sum.queries.formUnion(outcome.queries)
          if let next, let self {
            self.forget(next, sum, completion)
          } else {
            completion(.success(sum))
            self?.end(step)
          }
        }
      })
  }

  /// Ends the deletion of `step`, and asks again for the reads that waited for its end.
  private func end(_ step: ForgetStep) {
    guard let progress = step.progress else { return }
    unfinished.withLock { $0.removeAll { $0 === progress } }
    for read in progress.takeWaiting() { submit(read) }
  }

  /// Deletes the events of all sessions that are older than `cutoff`, in steps between which other
  /// jobs are done.
  ///
  /// - Parameters:
  ///   - cutoff: The oldest event to keep, or a time (`EventKey.start`).
  ///   - completion: Called on the writer's thread with the number of deleted events when all are
  ///     gone, or with the first failure.
  public func expire(
    before cutoff: EventKey,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    follower?.expire(before: cutoff.time)
    expire(ExpiryStep(cutoff: cutoff), count: 0, completion)
  }

  private func expire(
    _ step: ExpiryStep, count: Int,
    _ completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    submit(
      .expire(step) { [weak self] result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let outcome):
          let count = count + outcome.count
          if let next = outcome.next, let self {
            self.expire(next, count: count, completion)
          } else {
            completion(.success(count))
          }
        }
      })
  }
}
