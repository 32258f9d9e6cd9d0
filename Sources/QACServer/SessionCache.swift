// The recent queries of the sessions that are in use, kept in memory in front of the store.
//
// Invariant: an entry holds what the store will hold when all that was asked of it is done. It rests
// on two things: the store does what it is asked in order, and a shard's lock is held while it is
// asked. So a load that is asked for after a record sees it, whether that is durable yet or not.
// Whatever would break the invariant (a deletion, a failed record, a query older than the last, an
// index with another profile) drops the entry, and the next request loads it anew.
//
// Cost: a hit takes one uncontended lock and copies a value; no lock is held while completing. A
// miss waits for one read, behind at most one group of records that is being synced.

internal import QACEngine
internal import QACSessions
internal import QACText
internal import Synchronization

/// Contexts of sessions by name.
final class SessionCache: Sendable {
  private static let shardCount = 16

  private let store: SessionStore
  private let live: LiveFeed
  private let shards: [Shard]

  private final class Shard: Sendable {
    let state: Mutex<SessionShard>

    init(capacity: Int, bytes: Int) {
      state = Mutex(SessionShard(capacity: capacity, bytes: bytes))
    }
  }

  /// Makes an empty cache of about `capacity` sessions and `bytes` bytes of queries.
  init(store: SessionStore, live: LiveFeed, capacity: Int, bytes: Int) {
    self.store = store
    self.live = live
    shards = (0..<Self.shardCount).map { _ in
      Shard(capacity: max(1, capacity / Self.shardCount), bytes: bytes / Self.shardCount)
    }
  }

  /// The number of sessions in memory.
  var count: Int {
    shards.map { shard in shard.state.withLock { $0.count } }.reduce(0, +)
  }

  private func shard(_ session: [UInt8]) -> Shard {
    shards[Int(UInt(bitPattern: session.hashValue) % UInt(Self.shardCount))]
  }

  /// The context of `session`, or nil when it has to be loaded: then `later` is called with it, on
  /// another thread, or with the error and no context.
  func context(
    of session: [UInt8], by normalizer: Normalizer,
    later: @escaping @Sendable (Result<SessionContext, SessionStoreError>) -> Void
  ) -> SessionContext? {
    let shard = shard(session)
    return shard.state.withLock { state in
      switch state.find(session, profile: normalizer.profile) {
      case .ready(let context):
        return context
      case .loading(let load):
        state.wait(for: load, later)
      case nil:
        let load = state.beginLoad(of: session, profile: normalizer.profile)
        state.wait(for: load, later)
        store.load(session) { result in
          let deliveries = shard.state.withLock {
            $0.finishLoad(load, of: session, by: normalizer, result)
          }
          for deliver in deliveries { deliver() }
        }
      }
      return nil
    }
  }

  /// Adds a query to `session`: to its context at once, to the store in its own time.
  func record(
    _ query: [UInt8], at time: Int64, session: [UInt8], by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Void, SessionStoreError>) -> Void
  ) {
    let event = StoredEvent(
      query: query, normalized: normalizer.normalize(query, as: .query), time: time)
    let shard = shard(session)
    shard.state.withLock { state in
      state.record(event, session: session, profile: normalizer.profile)
      store.record(event, session: session) { [live] result in
        switch result {
        case .success:
          live.record(event, session: session, profile: normalizer.profile)
        case .failure:
          // Nothing was stored, so nothing may be remembered.
          shard.state.withLock { $0.drop(session) }
        }
        completion(result)
      }
    }
  }

  /// What a deletion is to hit.
  struct Target: Sendable {
    /// The session, or nil for all.
    var session: [UInt8]?
    /// The query, in whatever form it was typed, or nil for all.
    var query: [UInt8]?
    var times = Deletion.always

    /// Whether `event` is one of the query, which `normalizer` normalises.
    fileprivate func matcher(
      by normalizer: Normalizer
    ) -> (@Sendable (StoredEvent) -> Bool)? {
      guard let query else { return nil }
      let normalized = normalizer.normalize(query, as: .query)
      return { event in
        if event.query == query { return true }
        // Of a query that normalises to nothing only the same text is the same query. An event may
        // have been normalised by the profile of an earlier index.
        return !normalized.isEmpty
          && (event.normalized == normalized
            || normalizer.normalize(event.query, as: .query) == normalized)
      }
    }
  }

  /// Deletes what `target` hits, everywhere.
  func forget(
    _ target: Target, by normalizer: Normalizer,
    completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    let deletion = Deletion(
      session: target.session, times: target.times, matches: target.matcher(by: normalizer))
    let ask = { @Sendable [store, live] in
      store.forget(deletion) { result in
        if case .success(let outcome) = result {
          // Under an earlier profile it may have been what is another query now.
          let queries = target.query.map { outcome.queries.union([$0]) }
          live.forget(queries, session: target.session, times: target.times)
        }
        completion(result.map(\.count))
      }
    }
    guard let session = target.session else {
      // First asked, then dropped: what is loaded from now on is without it.
      ask()
      dropAll()
      return
    }
    shard(session).state.withLock { state in
      state.drop(session)
      ask()
    }
  }

  /// Deletes what was submitted before `cutoff`, everywhere, in steps.
  func expire(
    before cutoff: Int64, completion: @escaping @Sendable (Result<Int, SessionStoreError>) -> Void
  ) {
    store.expire(before: cutoff) { [self] result in
      // After a failure some may be gone.
      if (try? result.get()) != 0 {
        live.forget(nil, session: nil, times: Int64.min...(cutoff - 1))
        for shard in shards { shard.state.withLock { $0.drop(before: cutoff) } }
      }
      completion(result)
    }
  }

  /// Forgets what is in memory; what is asked for is loaded anew.
  func dropAll() {
    for shard in shards { shard.state.withLock { $0.dropAll() } }
  }
}
